package attach_test

import (
	"bytes"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework/law"
)

// TestSoundIsKeptWithoutTags puts tags of every make before, between and behind the sound.
func TestSoundIsKeptWithoutTags(t *testing.T) {
	music := sound(417 * 4)
	half := len(music) / 2
	picture := "\xff\xfb\x90\x64\x00\xff\xfb\x90\x64 Nguyen Van Secret"
	id3v2 := "ID3\x04\x00\x00\x00\x00\x00" + string(rune(len(picture))) + picture
	ape := "APETAGEX\xd0\x07\x00\x00 Artist Nguyen Van Secret APETAGEX"
	lyrics := "LYRICSBEGINAUT00017Nguyen Van Secret000048LYRICS200"
	id3v1 := "TAG" + "Nguyen Van Secret" + strings.Repeat("\x00", 128-3-17)
	for name, raw := range map[string]string{
		"before":      id3v2 + string(music),
		"twice":       id3v2 + id3v2 + string(music),
		"behind":      string(music) + ape + lyrics + id3v1,
		"between":     string(music[:half]) + id3v2 + string(music[half:]) + id3v1,
		"all of them": id3v2 + ape + string(music) + id3v2 + ape + lyrics + id3v1,
	} {
		s := open(t, law.Feedback, nil)
		a, err := s.keep(t, "a.mp3", []byte(raw))
		if err != nil {
			t.Fatalf("%s: %s", name, why(err))
		}
		if got := s.read(t, a.ID); !bytes.Equal(got, music) {
			t.Errorf("%s: %d bytes of %d, a name in it: %v", name, len(got), len(music), strings.Contains(string(got), "Secret"))
		}
	}
	s := open(t, law.Feedback, nil)
	carried := string(sound(417 * 3)) // sound within a tag, such as the author's own voice
	a, err := s.keep(t, "a.mp3", []byte("ID3\x04\x00\x00\x00\x00"+string([]byte{byte(len(carried) >> 7), byte(len(carried) & 0x7F)})+carried+string(music)))
	if err != nil || !bytes.Equal(s.read(t, a.ID), music) {
		t.Errorf("what a tag carries is kept: %v", err)
	}
	if _, err := s.keep(t, "a.mp3", []byte(id3v2+id3v1)); why(err) != "error.file_broken" {
		t.Errorf("tags alone: %v", err)
	}
}

func box(kind string, inside ...[]byte) []byte {
	body := bytes.Join(inside, nil)
	n := len(body) + 8
	return append([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), kind[0], kind[1], kind[2], kind[3]}, body...)
}

func numbers(ns ...uint32) []byte {
	var out []byte
	for _, n := range ns {
		out = append(out, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return out
}

// track is a track of a film: what it is of, where its chunks lie, how many samples each has, and how long they are.
func track(handler string, flags uint32, chunks, runs, sizes []uint32) []byte {
	list := func(kind string, each int, ns []uint32) []byte {
		return box(kind, numbers(0, uint32(len(ns)/each)), numbers(ns...))
	}
	return box("trak", box("tkhd", numbers(0, 0xDADADADA, 0xDADADADA, 1)), box("mdia",
		box("mdhd", numbers(0, 0xDADADADA, 0xDADADADA, 1000)),
		box("hdlr", numbers(0, 0), []byte(handler), make([]byte, 12), []byte("May cua Secret\x00")),
		box("minf", box("dinf", box("dref", numbers(0, 1), box("url ", numbers(flags)))),
			box("stbl", list("stco", 1, chunks), list("stsc", 3, runs), box("stsz", numbers(0, 0, uint32(len(sizes))), numbers(sizes...))))))
}

func film(tracks ...[]byte) []byte {
	place := []byte("+15.7321+108.3600/")
	return bytes.Join([][]byte{
		box("ftyp", []byte("isom\x00\x00\x02\x00isomiso2")), box("mdat", []byte("PICTUREsecretSOUNDhide")),
		box("moov", append([][]byte{box("mvhd", numbers(0, 0xDADADADA, 0xDADADADA, 1000)), box("udta", place), box("meta", place)}, tracks...)...),
		box("uuid", place), box("free", place), box("what", place),
	}, nil)
}

// TestFilmsKeepPictureAndSoundAlone: a phone writes places into boxes and into a track of their own.
func TestFilmsKeepPictureAndSoundAlone(t *testing.T) {
	const data = 24 + 8 // where the samples begin
	raw := film(
		track("vide", 1, []uint32{data}, []uint32{1, 1, 1}, []uint32{7}),
		track("meta", 1, []uint32{data + 7, data + 18}, []uint32{1, 2, 1, 2, 1, 1}, []uint32{3, 3, 4}),
		track("soun", 1, []uint32{data + 13}, []uint32{1, 1, 1}, []uint32{5}),
	)
	s := open(t, law.Feedback, nil)
	a, err := s.keep(t, "phim.mp4", raw)
	if err != nil {
		t.Fatal(why(err))
	}
	got := s.read(t, a.ID)
	if len(got) != len(raw) || !bytes.Contains(got, []byte("PICTURE\x00\x00\x00\x00\x00\x00SOUND\x00\x00\x00\x00")) {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"+15", "Secret", "\xDA", "meta", "what"} {
		if bytes.Contains(got, []byte(bad)) {
			t.Errorf("%q is still in it", bad)
		}
	}
	if bytes.Count(got, []byte("vide")) != 1 || bytes.Count(got, []byte("soun")) != 1 || bytes.Count(got, []byte("stco")) != 2 {
		t.Errorf("picture or sound is lost: %q", got)
	}
}

func TestFilmsThatFetchOrTrickAreRefused(t *testing.T) {
	many, long := make([]uint32, 3000), make([]uint32, 3000)
	for i := range many {
		many[i], long[i] = 33, 1<<20
	}
	for name, tc := range map[string]struct {
		raw  []byte
		want string
	}{
		"samples elsewhere":  {film(track("vide", 0, nil, nil, nil)), "error.file_active"},
		"samples over all":   {film(track("meta", 1, many, []uint32{1, 1, 1}, long)), "error.file_broken"},
		"a box in a box cut": {film(box("trak", []byte{0, 0, 9, 0, 'm', 'd', 'i', 'a'})), "error.file_broken"},
	} {
		s := open(t, law.Feedback, nil)
		if _, err := s.keep(t, "a.mp4", tc.raw); why(err) != tc.want {
			t.Errorf("%s: %q, want %q", name, why(err), tc.want)
		}
	}
}

func FuzzSoundAndFilm(f *testing.F) {
	f.Add(film(track("vide", 1, []uint32{32}, []uint32{1, 1, 1}, []uint32{7}), track("meta", 1, []uint32{39, 50}, []uint32{1, 2, 1}, []uint32{3, 3, 4})))
	f.Add([]byte("\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomiso2\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x10"))
	f.Add(append([]byte("ID3\x04\x00\x00\x00\x00\x00\x02xx"), sound(900)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := open(t, law.Feedback, nil)
		a, err := s.keep(t, "x", raw)
		if err != nil {
			return
		}
		if again, err := s.keep(t, "x", s.read(t, a.ID)); err == nil && !bytes.Equal(again.SHA256, a.SHA256) && a.Type != "audio/mpeg" {
			t.Errorf("not clean at once: %q", raw)
		}
	})
}
