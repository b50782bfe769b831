package office

// House (trụ sở) is where citizens find a unit: its own house and telephone, or those of the nearest unit over it.
type House struct {
	Name    Name // of the authority that the unit acts for
	Address string
	Phone   string
}

// House returns where citizens find the unit. Address and telephone are each looked for by themselves; what nobody entered is empty.
func (o *Office) House(unit string) House {
	var out House
	named := false
	for _, id := range append([]string{unit}, o.Above(unit)...) {
		u, ok := o.units[id]
		if !ok {
			continue
		}
		if !named {
			out.Name, named = u.Name, u.Authority
		}
		if out.Address == "" {
			out.Address = u.Address
		}
		if out.Phone == "" {
			out.Phone = u.Phone
		}
	}
	return out
}
