package limit

// bucket is what is known of one key: 32 bytes, beside the 16 of its place in the map.
type bucket struct {
	key        uint64
	free, most int64  // when each budget is full again, in Unix nanoseconds
	older      uint32 // places in the table, as a ring around place 0
	newer      uint32
}

// table holds the buckets of one scope in order of use, and gives up the one that was not used for longest when it is full.
type table struct {
	most    int
	at      map[uint64]uint32
	buckets []bucket // 0 is the ring's own; its newer is the oldest bucket and its older the newest one
	spare   bucket   // answers for keys that are only looked at
}

// get finds or makes the bucket of a key. Without keep an unknown key gets no place. The pointer holds until the next call.
func (t *table) get(key uint64, keep bool) *bucket {
	if i, ok := t.at[key]; ok {
		if keep {
			t.unlink(i)
			t.append(i)
		}
		return &t.buckets[i]
	}
	if !keep {
		t.spare = bucket{}
		return &t.spare
	}
	if t.at == nil {
		t.at, t.buckets = map[uint64]uint32{}, make([]bucket, 1)
	}
	i := uint32(len(t.buckets)) //nolint:gosec // never above most
	if len(t.at) >= t.most {
		i = t.buckets[0].newer
		t.unlink(i)
		delete(t.at, t.buckets[i].key)
		t.buckets[i] = bucket{key: key}
	} else {
		t.buckets = append(t.buckets, bucket{key: key})
	}
	t.at[key] = i
	t.append(i)
	return &t.buckets[i]
}

func (t *table) unlink(i uint32) {
	b := t.buckets[i]
	t.buckets[b.older].newer, t.buckets[b.newer].older = b.newer, b.older
}

func (t *table) append(i uint32) {
	last := t.buckets[0].older
	t.buckets[i].older, t.buckets[i].newer = last, 0
	t.buckets[last].newer, t.buckets[0].older = i, i
}
