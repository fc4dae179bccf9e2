package web

import (
	"fmt"
	"net/url"
	"strings"
)

// FormOf prepares a form whose fields were made at run time, from questions that
// organisers wrote, instead of from an input struct. have are the values that stand, as a
// browser would send them; where the request has sent values, the fields show those,
// exactly as typed. A field of kind rows has the fields of one row in Row, named without
// the row: "name" in the rows of "people" is sent as people[0].name. KEY.submit names the
// button.
func (c *C) FormOf(key string, fields []*Field, have url.Values) *Form {
	f := &Form{Key: key, Action: c.here(), Submit: c.T(key + ".submit"), c: c, have: have, vals: c.typed()}
	if c.parked {
		f.Action = c.URL(c.Path())
		f.Message = c.T("form.parked")
	}
	if f.vals != nil {
		have = f.vals
	}
	f.Fields = fields
	f.each(func(fd *Field) { f.give(fd, have) })
	c.offered(f)
	return f
}

// give gives a field of FormOf its value.
func (f *Form) give(fd *Field, have url.Values) {
	fd.ID = fieldID(fd.Name)
	switch fd.Kind {
	case "file":
		f.Upload = true
	case "rows":
		fd.More = f.c.T("form.more_rows")
		n := rowsTyped(have, fd.Name)
		blank := 1
		if n == 0 {
			blank = 2
		}
		if f.vals.Get("_more") == fd.Name {
			blank += 3
		}
		fd.Rows = nil
		if fd.Most > 0 {
			blank = max(0, min(blank, fd.Most-n))
		}
		for i := range n + blank {
			var row []*Field
			for _, one := range fd.Row {
				x := *one
				x.Options = append([]Option(nil), one.Options...)
				x.Name = fmt.Sprintf("%s[%d].%s", fd.Name, i, one.Name)
				f.give(&x, have)
				row = append(row, &x)
			}
			fd.Rows = append(fd.Rows, row)
		}
	default:
		fd.Value = strings.Join(have[fd.Name], "\n")
		chosen := map[string]bool{}
		for _, v := range have[fd.Name] {
			chosen[v] = true
		}
		fd.Options = append([]Option(nil), fd.Options...) // two questions may offer the same
		for i := range fd.Options {
			fd.Options[i].Selected = chosen[fd.Options[i].Value]
		}
	}
	if fd.Max > 0 && fd.MaxText == "" {
		fd.MaxText = f.c.T("form.max", "Count", fd.Max)
	}
}

// staleValues shows how each field stands now, where somebody else has saved meanwhile.
func (f *Form) staleValues(now url.Values) {
	f.each(func(fd *Field) {
		value := strings.Join(now[fd.Name], "\n")
		switch {
		case len(fd.Rows) > 0 || len(fd.Sub) > 0 || fd.Kind == "file":
		case fd.Name == "version":
			fd.Value = value
		case fd.Value != value:
			fd.Stale, fd.Current = true, f.shown(fd, value)
			if fd.Current == "" {
				fd.Current = f.c.T("form.empty")
			}
		}
	})
}

// Typed are the values that the person sent, now or before a sign-in; nil if none.
func (c *C) Typed() url.Values { return c.typed() }
