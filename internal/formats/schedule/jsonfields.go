package schedule

import (
	"strings"
)

// null stands for every value that is not there.
var null = value{kind: 'n'}

// get returns the first field of an object that has one of the names and a value; the
// names may be written in other cases ("Title", "daysCount", "dayscount").
func (v *value) get(names ...string) *value {
	if v.kind == '{' {
		for _, name := range names {
			for i := range v.keys {
				if v.list[i].kind != 'n' && (v.keys[i] == name || strings.EqualFold(v.keys[i], name)) {
					return &v.list[i]
				}
			}
		}
	}
	return &null
}

// has says whether an object has a field of that name, even null.
func (v *value) has(name string) bool {
	for i := range v.keys {
		if strings.EqualFold(v.keys[i], name) {
			return true
		}
	}
	return false
}

// str is the text of a value: of a string, a number, a bool, of an object the English
// of its languages or its first, or what its "name" says.
func (v *value) str() string {
	switch v.kind {
	case 's', '#', 'b':
		return v.text
	case '{':
		if n := v.get("name", "title", "en"); n != v && n.kind != 'n' {
			return n.strOnce()
		}
		for i := range v.list {
			if v.list[i].kind == 's' {
				return v.list[i].text
			}
		}
	}
	return ""
}

// strOnce goes no deeper than the languages of a name.
func (v *value) strOnce() string {
	if v.kind != '{' {
		return v.str()
	}
	if n := v.get("en"); n.kind == 's' {
		return n.text
	}
	for i := range v.list {
		if v.list[i].kind == 's' {
			return v.list[i].text
		}
	}
	return ""
}

// id is the text of an id; zero is none.
func (v *value) id() string {
	if v.kind != 's' && v.kind != '#' {
		return ""
	}
	id := cleanLine(v.text)
	if v.kind == '#' {
		id = strings.TrimSuffix(id, ".0")
	}
	if id == "0" {
		return ""
	}
	return id
}

// truth is whether a value says yes.
func (v *value) truth() bool {
	return (v.kind == 'b' || v.kind == 's' || v.kind == '#') && truth(v.text)
}

// objects are the objects of a list, or of an object's fields.
func (v *value) objects() []*value {
	var out []*value
	if v.kind == '[' || v.kind == '{' {
		for i := range v.list {
			if v.list[i].kind == '{' {
				out = append(out, &v.list[i])
			}
		}
	}
	return out
}

// either is the first of two that is there.
func either(a, b *value) *value {
	if a.kind != 'n' {
		return a
	}
	return b
}
