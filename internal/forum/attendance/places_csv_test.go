package attendance

import (
	"errors"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

func TestReadPlaces(t *testing.T) {
	const u = "https://meet.example.org/"
	for name, c := range map[string]struct {
		text string
		want []pasted
		key  string
	}{
		"plain":          {"ws1," + u + "1\nWS 2, " + u + "2", []pasted{{1, "ws1", u + "1"}, {2, "ws2", u + "2"}}, ""},
		"from a sheet":   {"\ufeffRef\tPlace\nWS1\t" + u + "1\n\n#ws2\t" + u + "2\r\n", []pasted{{2, "ws1", u + "1"}, {4, "ws2", u + "2"}}, ""},
		"semicolons":     {"ws1;" + u + "1?a=b,c", []pasted{{1, "ws1", u + "1?a=b,c"}}, ""},
		"quoted":         {`"ws1","` + u + `1,2"`, []pasted{{1, "ws1", u + "1,2"}}, ""},
		"no address":     {"ws1", nil, "attendance.error.line_url"},
		"not secure":     {"ws1,http://meet.example.org/1", nil, "attendance.error.line_url"},
		"a script":       {"ws1,javascript:alert(1)", nil, "attendance.error.line_url"},
		"with a name":    {"ws1,https://me:word@meet.example.org", nil, "attendance.error.line_url"},
		"no session":     {"ws1," + u + "1\nsomething," + u, nil, "attendance.error.line_ref"},
		"twice":          {"ws1," + u + "1\nWS 1," + u + "2", nil, "attendance.error.line_twice"},
		"nothing":        {" \n\n", nil, "attendance.error.no_lines"},
		"too many lines": {strings.Repeat("ws1,x\n", 100), nil, "attendance.error.line_url"},
	} {
		got, err := readPlaces(c.text)
		if c.key != "" {
			e, ok := errors.AsType[*core.Error](err)
			if !ok || len(e.Fields) == 0 || e.Fields[len(e.Fields)-1].Key != c.key || e.Fields[0].Path != "lines" || len(e.Fields) > csvProblems {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %+v", name, got[i])
			}
		}
	}
}

func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"ws1,https://a.example/1", "a;b;c\nws1;https://a.example", "\"", "\"ws1\n\",x", "ws1\thttps://[::1]/", "\ufeff,,,,", "\r\r\n\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := readPlaces(s)
		if err != nil {
			if e, ok := errors.AsType[*core.Error](err); !ok || e.Kind != core.KindInvalid || len(e.Fields) == 0 {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		seen := map[string]bool{}
		for _, p := range list {
			if !programme.ValidRef(p.Ref) || !secureAddress(p.URL) || seen[p.Ref] || p.Line < 1 {
				t.Fatalf("%q: %+v", s, p)
			}
			seen[p.Ref] = true
		}
		if len(list) == 0 {
			t.Fatalf("%q: nothing, and no word of it", s)
		}
	})
}

func FuzzInvited(f *testing.F) {
	for _, s := range []string{"No. 12\na@example.org", "#3", "-1", "a@b@c", "99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := core.Problems{}
		for _, r := range readInvited(&p, "s", s) {
			if r.Label == "" || (r.EmailKey == "") == strings.Contains(r.Label, "@") {
				t.Fatalf("%q: %+v", s, r)
			}
		}
	})
}
