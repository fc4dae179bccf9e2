package documents_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// rows prints every row of the published revisions, as the database holds them.
func (h *house) rows(published []core.ID) map[string]string {
	h.t.Helper()
	out := map[string]string{}
	if len(published) == 0 {
		return out
	}
	for _, q := range []struct{ key, table, column string }{
		{"revision", "document_revisions", "id"}, {"paragraph", "document_paragraphs", "revision"}, {"source", "document_sources", "revision"},
	} {
		for _, id := range published {
			rs, err := h.rec.DB.Read.QueryContext(h.t.Context(), "SELECT * FROM "+q.table+" WHERE "+q.column+" = ?", id)
			if err != nil {
				h.t.Fatal(err)
			}
			cols, err := rs.Columns()
			if err != nil {
				h.t.Fatal(err)
			}
			for n := 0; rs.Next(); n++ {
				vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
				for i := range vals {
					ptrs[i] = &vals[i]
				}
				if err := rs.Scan(ptrs...); err != nil {
					h.t.Fatal(err)
				}
				line := ""
				for i, v := range vals {
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					line += fmt.Sprintf("%s=%v;", cols[i], v)
				}
				out[fmt.Sprintf("%s %s %d", q.key, id, n)] = line
			}
			if err := rs.Err(); err != nil {
				h.t.Fatal(err)
			}
			_ = rs.Close()
		}
	}
	return out
}

var (
	changesRevisions = regexp.MustCompile(`(?i)^(UPDATE|DELETE\s+FROM)\s+"?document_(revisions|paragraphs|sources)`)
	onlyDrafts       = regexp.MustCompile(`state = 'draft'`)
)

// E138, E140: once a version is published, nothing that can be done with the room
// changes a byte of it: not a further edit, a correction, a discarded draft, nor an act
// that fails half way. And no statement that could do it is ever sent without asking
// for a draft.
func TestPublishedVersionsNeverChange(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		r := rand.New(rand.NewPCG(11, 7))
		words := strings.Fields("network owner coverage village rights data open standard review support diverse council")
		random := func() documents.Paragraph {
			var s []string
			for range 3 + r.IntN(20) {
				s = append(s, words[r.IntN(len(words))])
			}
			p := text(strings.Join(s, " ") + ".")
			if r.IntN(2) == 0 {
				p.Sources = []documents.Source{{Sentence: r.IntN(2), Kind: "takeaway", Ref: fmt.Sprint(r.IntN(5))}}
			}
			return p
		}
		var docs, published []core.ID
		for range 3 {
			docs = append(docs, h.create(documents.Create{Paragraphs: []documents.Paragraph{random()}}).ID)
		}
		frozen := map[string]string{}
		given := map[core.ID]map[string]bool{}
		for step := range 120 {
			doc := docs[r.IntN(len(docs))]
			head, err := h.docs.Head(t.Context(), doc)
			if err != nil {
				t.Fatal(err)
			}
			now := head[doc]
			switch r.IntN(6) {
			case 0, 1, 2:
				after := append([]documents.Paragraph{}, now.Paragraphs...)
				r.Shuffle(len(after), func(i, j int) { after[i], after[j] = after[j], after[i] })
				if len(after) > 4 {
					after = after[1:]
				}
				for i := range after {
					if r.IntN(2) == 0 {
						after[i].ID = ""
					}
					if r.IntN(3) == 0 {
						after[i].Text = core.NewText("en", after[i].Text.String()+" Yes.")
						after[i].Sources = nil
					}
				}
				_, err = h.tryRevise(doc, documents.Revise{BasedOn: now.Version, Paragraphs: append(after, random()), Autosave: r.IntN(2) == 0})
			case 3:
				var rev documents.Revision
				if rev, err = h.tryPublish(doc, "Because."); err == nil {
					published = append(published, rev.ID)
				}
			case 4:
				err = h.write(rapporteur, func(ctx context.Context, tx *record.Tx) error { return h.docs.DiscardTx(ctx, tx, doc, now.Version) })
			default:
				err = h.write(rapporteur, func(ctx context.Context, tx *record.Tx) error {
					if _, err := h.docs.ReviseTx(ctx, tx, doc, documents.Revise{BasedOn: now.Version, Paragraphs: []documents.Paragraph{random()}}); err != nil {
						return err
					}
					if _, err := h.docs.PublishTx(ctx, tx, doc, "Undone."); err != nil {
						return err
					}
					return core.Conflict("error.conflict")
				})
			}
			if err != nil && core.KindOf(err) == core.KindInternal {
				t.Fatalf("step %d: %v", step, err)
			}
			rows := h.rows(published)
			for k, v := range frozen {
				if rows[k] != v {
					t.Fatalf("step %d: %s was\n%s\nand is\n%s", step, k, v, rows[k])
				}
			}
			frozen = rows
			h.checkIDs(doc, given)
		}
		if len(published) < 5 {
			t.Fatalf("only %d versions were published; the test shows nothing", len(published))
		}
		for _, sql := range h.spy.sql {
			if changesRevisions.MatchString(sql) && !onlyDrafts.MatchString(sql) {
				t.Errorf("this statement could change a published version: %s", sql)
			}
		}
	})
}

// checkIDs holds that no version has an id twice and that each id was given out.
func (h *house) checkIDs(doc core.ID, given map[core.ID]map[string]bool) {
	h.t.Helper()
	head, err := h.docs.Head(h.t.Context(), doc)
	if err != nil {
		h.t.Fatal(err)
	}
	if given[doc] == nil {
		given[doc] = map[string]bool{}
	}
	seen := map[string]bool{}
	for _, p := range head[doc].Paragraphs {
		if seen[p.ID] || p.Number() == 0 || p.Number() >= h.doc(doc).NextPara {
			h.t.Fatalf("id %s is wrong in %s", p.ID, paraIDs(head[doc]))
		}
		seen[p.ID], given[doc][p.ID] = true, true
		for _, s := range p.Sources {
			if s.Sentence > len(p.Sentences()) {
				h.t.Fatalf("source %+v of %q", s, p.Text.String())
			}
		}
	}
}

// A statement that slips through all checks would still not find the row: the SQL asks
// for a draft itself.
func TestPublishedRowsCannotBeReached(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := h.create(documents.Create{Paragraphs: texts(access)})
		rev := h.publish(d.ID, "")
		before := h.rows([]core.ID{rev.ID})
		// The document claims to have a draft, as after a mistake in the program.
		if err := h.write(secretariat, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE documents SET published_revision = 0, state = 'draft'")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tryPublish(d.ID, "Again."); err == nil {
			t.Error("a published version is published again")
		}
		if after := h.rows([]core.ID{rev.ID}); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the rows were\n%v\nand are\n%v", before, after)
		}
	})
}
