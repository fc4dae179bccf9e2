package documents

import (
	"encoding/json"
	"strings"
	"testing"

	"plenary/internal/core"
)

func TestCanonicalJSON(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{`{"b":1,"a":{"d":[2,1],"c":null}}`, `{"a":{"c":null,"d":[2,1]},"b":1}`},
		{`{"s":"<a href=\"x\">&\u2028\\u2028\u00e9"}`, `{"s":"<a href=\"x\">&` + "\u2028" + `\\u2028é"}`},
		{"[ 12345678901234567890 ,\n 1 ]", `[12345678901234567890,1]`},
	} {
		got, err := canonical(json.RawMessage(tc.in))
		if err != nil || string(got) != tc.want {
			t.Errorf("canonical(%s)\n got %s (%v)\nwant %s", tc.in, got, err, tc.want)
		}
	}
}

// The frozen form is a promise to everybody who keeps a hash: a change of this text is
// a change of the schema.
func TestFrozenForm(t *testing.T) {
	d := Document{
		ID: "01890000-0000-7000-8000-000000000001", Scope: "forum", Kind: "messages", Title: core.NewText("en", "Messages"), OrigLang: "en", Licence: "CC-BY-4.0",
	}
	p := sourced(para("p2", "One. Two."), 2, "T1")
	p.Text = p.Text.With("fr", "Un. Deux.")
	p.Attrs.Sentences = []Degree{{2, "broad"}}
	p.Attrs.Dissent = []Dissent{{By: "A <b> & C", Text: core.NewText("fr", "Non.")}}
	p.Attrs.Own = json.RawMessage(`{"z":1,"a":2}`)
	r := Revision{
		Number: 2, State: StatePublished, Stage: "final", Correction: true, Title: d.Title, Note: "A year was wrong.", Person: "somebody",
		Paragraphs: []Paragraph{{ID: "p1", Kind: Heading, Level: 1, Text: core.NewText("en", "Heard")}, p},
	}
	got, err := freeze(d, r, Revision{Number: 1, Hash: "abc"})
	want := `{"correction":true,"document":"01890000-0000-7000-8000-000000000001","kind":"messages","licence":"CC-BY-4.0",` +
		`"note":"A year was wrong.","orig_lang":"en","paragraphs":[` +
		`{"id":"p1","kind":"heading","level":1,"text":{"by":{"en":"Heard"},"orig":"en"}},` +
		`{"attrs":{"dissent":[{"by":"A <b> & C","text":{"by":{"fr":"Non."},"orig":"fr"}}],"ends":[5],"own":{"a":2,"z":1},"sentences":[{"degree":"broad","i":2}]},` +
		`"id":"p2","kind":"paragraph","sources":[{"kind":"takeaway","ref":"T1","sentence":2}],"text":{"by":{"en":"One. Two.","fr":"Un. Deux."},"orig":"en"}}],` +
		`"previous":{"hash":"abc","revision":1},"revision":2,"schema":"plenary/document/1","scope":"forum","stage":"final","state":"published",` +
		`"title":{"by":{"en":"Messages"},"orig":"en"}}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s (%v)\nwant %s", got, err, want)
	}
	if strings.Contains(string(got), "somebody") {
		t.Error("the writer is in the frozen text, so that she could not be forgotten")
	}
	if h := Sum([]byte("abc")); h != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("the hash of abc is %s", h)
	}
}
