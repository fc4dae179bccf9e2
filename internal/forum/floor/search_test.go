package floor

import (
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
	"plenary/internal/testkit"
)

// A find leads to the moment at which its words begin, says who speaks, and is found by
// those alone who may read the transcript.
func TestFinds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		long := strings.Replace(spoken, "We pay per mast, not per person.", strings.Repeat("We pay per mast, not per person. ", 40), 1)
		in := english(long)
		in.Speakers = []SpeakerChoice{{"AMINA DIALLO", h.persons["amina"].ID}}
		tr, _ := h.bring(in)
		f := NewFinds(h.s, h.editions)
		ids, err := f.All(t.Context())
		h.ok(err)
		docs, err := f.Docs(t.Context(), ids)
		h.ok(err)
		if len(ids) != 1 || len(docs) != 2 {
			t.Fatalf("%d transcripts, %d finds", len(ids), len(docs))
		}
		if d := docs[0]; d.Path != at+"#t=00:00:05" || !slices.Contains(d.Names, "Amina Diallo") || !slices.Contains(d.Names, "أمينة ديالو") || !slices.Equal(d.Readers, []string{search.Public}) {
			t.Errorf("first find: %+v", d)
		}
		if d := docs[1]; d.Path != at+"#t=00:41:07.500" || d.Extra["time"] != "00:41:07" {
			t.Errorf("second find: %+v", d)
		}
		key := strings.TrimPrefix(docs[0].ID, "transcript:")
		may := func(a core.Actor) bool {
			m, err := f.May(t.Context(), a, []string{key})
			h.ok(err)
			return m[key]
		}
		if !may(core.Visitor) {
			t.Error("a visitor may not find what is public")
		}
		h.ok(h.s.Withhold(t.Context(), secretary, h.set, h.ses, tr.ID, tr.Version))
		if may(core.Visitor) || !may(secretary) || !may(h.actors["amina"]) {
			t.Error("who may find a withheld transcript")
		}
		if docs, err = f.Docs(t.Context(), ids); err != nil || slices.Contains(docs[0].Readers, search.Public) || !slices.Contains(docs[0].Readers, core.PersonReader(h.persons["amina"].ID)) {
			t.Errorf("readers %v %v", docs[0].Readers, err)
		}
		for _, e := range []record.Event{
			{Kind: "transcript.corrected", Subject: tr.ID},
			{Kind: "session.moved", Subject: h.ses.ID},
			{Kind: "person.changed", Subject: h.persons["amina"].ID},
			{Kind: "edition.changed", Subject: h.set.ID},
		} {
			if got, err := f.Touched(t.Context(), []record.Event{e}); err != nil || !slices.Contains(got, tr.ID) {
				t.Errorf("%s touches %v (%v)", e.Kind, got, err)
			}
		}
	})
}
