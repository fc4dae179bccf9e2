package web

import (
	"strings"
	"testing"

	"plenary/internal/core"
)

type everyKind struct {
	Version int64             `form:"version"`
	Name    core.Text         `form:"name" max:"20" required:"1"`
	Kind    string            `form:"kind" enum:"one,two"`
	Many    []string          `form:"many"`
	Yes     bool              `form:"yes"`
	Share   float64           `form:"share"`
	By      map[string]string `form:"by"`
	Rows    []struct {
		Title string    `form:"title"`
		Count int       `form:"count"`
		About core.Text `form:"about"`
	} `form:"rows"`
}

func TestJSONIsReadAsAFormIs(t *testing.T) {
	take := &Take{In: everyKind{}, With: Words{"do"}, Also: "publish"}
	values, err := take.values([]byte(`{"version": 3, "name": {"orig": "fr", "by": {"fr": "Nom"}}, "kind": "two", "many": ["a", "b"], "yes": "true",
		"by": {"x": "y"}, "rows": [{"title": "T", "count": "2"}, {"about": {"orig": "en", "by": {"en": "A"}}}], "do": "it", "publish": true}`))
	if err != nil {
		t.Fatal(err)
	}
	var in everyKind
	if err := decoder.Decode(&in, values); err != nil {
		t.Fatal(err)
	}
	if in.Version != 3 || in.Name.String() != "Nom" || in.Kind != "two" || strings.Join(in.Many, "") != "ab" || !in.Yes || in.By["x"] != "y" ||
		len(in.Rows) != 2 || in.Rows[0].Count != 2 || in.Rows[1].About.String() != "A" || values.Get("do") != "it" || values.Get("publish") == "" {
		t.Errorf("%+v of %v", in, values)
	}
	_, err = take.values([]byte(`{"version": "x3", "kind": "three", "yes": 1, "rows": [{"count": 1.5, "else": 0}], "name": {"by": {"xx": "?"}}, "nothing": null}`))
	e := Classify(err)
	var paths []string
	for _, f := range e.Fields {
		paths = append(paths, f.Path+" "+f.Key)
	}
	want := "kind api.no_choice, name.by.xx form.unreadable, nothing api.unknown_field, rows[0].count form.unreadable, rows[0].else api.unknown_field, version form.unreadable, yes form.unreadable"
	if got := strings.Join(paths, ", "); got != want {
		t.Errorf("wrong are\n%s, want\n%s", got, want)
	}
}

// Whatever is sent, a form can be made of what is read, or it is told what is wrong.
func FuzzCallValues(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"rows":[{"title":"a"}]}`, `{"by":{"a[b":"c"}}`, `{"name":{"by":{"en":"\u0000"}}}`, `[]`, `{"version":1e999}`, `{"many":[[[]]]}`, "\xff", `{"a":1}{"b":2}`,
	} {
		f.Add([]byte(s))
	}
	takes := []*Take{{In: everyKind{}, Also: "publish"}, {In: Words{"version", "to"}}, {In: Answers{}}, {}}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, take := range takes {
			values, err := take.values(body)
			if err != nil {
				if Classify(err).Kind != core.KindInvalid {
					t.Fatal(err)
				}
				continue
			}
			if _, ok := take.In.(Answers); !ok {
				for name := range values {
					if !wellFormed(name) {
						t.Fatalf("a field is called %q", name)
					}
				}
			}
			var in everyKind
			ok := true
			for name := range values {
				ok = ok && wellFormed(name)
			}
			if ok {
				_ = decoder.Decode(&in, clean(values)) // it must not panic
			}
		}
	})
}

// What neither database keeps goes out of a document, and nothing else does.
func TestNULGoesOutOfADocument(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"x\u0000y"}`:   `{"a":"xy"}`,
		`{"a":"x\\u0000y"}`:  `{"a":"x\\u0000y"}`,
		`{"a":"\\\u0000\n"}`: `{"a":"\\\n"}`,
		`{"a":"\u0000`:       `{"a":"`,
		`{"a":"\`:            `{"a":"\`,
	} {
		if got := string(withoutNUL([]byte(in))); got != want {
			t.Errorf("%s became %s, not %s", in, got, want)
		}
	}
}
