package messages

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// headRunes is how much of a Message stands as the title of its find.
const headRunes = 160

// Finds are the Messages as the search finds them, each of its own: for everybody what
// is published, for editors what is being written where it says something else. An id
// is that of the edition.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "message" }

func (f Finds) sets(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]Set, error) {
	var out []Set
	if err := narrow(f.s.rec.DB.Read.NewSelect().Model(&out)).OrderExpr("ms.edition").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load Messages to be found: %w", err)
	}
	return out, nil
}

func editionsOf(sets []Set) []core.ID {
	out := make([]core.ID, len(sets))
	for i, s := range sets {
		out[i] = s.Edition
	}
	return out
}

// All editions that have Messages.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	sets, err := f.sets(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
	return editionsOf(sets), err
}

// texts are the Messages of sets: what is published, and the newest revision.
func (f Finds) texts(ctx context.Context, sets []Set) (public, head map[core.ID]documents.Revision, err error) {
	docs := make([]core.ID, len(sets))
	for i, s := range sets {
		docs[i] = s.Document
	}
	if public, err = f.s.docs.Published(ctx, docs...); err != nil {
		return nil, nil, err
	}
	head, err = f.s.docs.Head(ctx, docs...)
	return public, head, err
}

func shown(s Set) bool { return s.State == StateDraft || s.State == StateFinal }

// Docs of the Messages of editions.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	sets, err := f.sets(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("ms.edition IN (?)", bun.List(ids)) })
	if err != nil {
		return nil, err
	}
	public, head, err := f.texts(ctx, sets)
	if err != nil {
		return nil, err
	}
	var out []search.Doc
	for _, ms := range sets {
		set, err := f.s.editions.SettingByID(ctx, core.Operator, ms.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		said := map[int]core.Text{}
		newest := numbered(head[ms.Document])
		if shown(ms) {
			for _, m := range all(public[ms.Document]) {
				said[m.N] = m.Para.Text
				d := found(set, ms, m)
				d.ID, d.At, d.Readers = d.Subject+"#"+strconv.Itoa(m.N), ms.Published, set.Readers()
				if _, ok := newest[m.N]; !ok { // an editor would look for it in what is being written
					d.Path += "?version=public"
				}
				out = append(out, d)
			}
		}
		for _, m := range all(head[ms.Document]) {
			if t, ok := said[m.N]; ok && t.Equal(m.Para.Text) {
				continue
			}
			d := found(set, ms, m)
			d.ID, d.Extra["state"] = d.Subject+"#d"+strconv.Itoa(m.N), StateDrafted
			d.Readers = core.StaffReaders(set.Scope())
			if set.State != editions.StateDraft {
				d.Readers = append(d.Readers, core.EditorReaders(set.Scope())...)
			}
			out = append(out, d)
		}
	}
	return out, nil
}

func all(rev documents.Revision) []Message {
	var out []Message
	for _, g := range groups(rev) {
		out = append(out, g.Messages...)
	}
	return out
}

func numbered(rev documents.Revision) map[int]bool {
	out := map[int]bool{}
	for _, m := range all(rev) {
		out[m.N] = true
	}
	return out
}

func found(set *editions.Setting, ms Set, m Message) search.Doc {
	of, _ := json.Marshal(ms.Name) // texts always marshal
	d := search.Doc{
		Subject: "message:" + string(set.ID), Kind: "message", Path: set.Path() + "/messages/" + strconv.Itoa(m.N),
		Facets: set.Facets(), Weight: 1.1,
		Extra: map[string]string{"edition": set.Slug, "n": strconv.Itoa(m.N), "of": string(of), "state": ms.State},
	}
	if t := set.Theme(m.Theme); t != nil {
		d.Facets["theme"] = []string{t.Slug}
	}
	texts := []core.Text{m.Para.Text}
	for _, x := range m.Para.Attrs.Dissent {
		texts = append(texts, x.Text)
		if x.By != "" {
			d.Names = append(d.Names, x.By)
		}
	}
	var cut bool
	if d.Title, cut = m.Para.Text.Head(headRunes); cut || len(texts) > 1 {
		d.Body = core.JoinTexts(texts...)
	}
	return d
}

// Touched are the editions whose Messages events change.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	out := editions.Reshaped(events)
	var docs []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "messages":
			out = append(out, e.Subject)
		case "document":
			docs = append(docs, e.Subject)
		}
	}
	if len(docs) == 0 {
		return out, nil
	}
	sets, err := f.sets(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("ms.document IN (?)", bun.List(docs)) })
	return append(out, editionsOf(sets)...), err
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	var wanted []core.ID
	for _, id := range ids {
		edition, _, _ := strings.Cut(id, "#")
		wanted = append(wanted, core.ID(edition))
	}
	visible, err := f.s.editions.Editions(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	sets, err := f.sets(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("ms.edition IN (?)", bun.List(wanted)) })
	if err != nil {
		return nil, err
	}
	public, head, err := f.texts(ctx, sets)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, ms := range sets {
		for _, e := range visible {
			if e.ID != ms.Edition {
				continue
			}
			if policy.Can("see", ms.State, a.Roles(e.Scope())...) && shown(ms) {
				mark(there, e.ID, "", public[ms.Document])
			}
			if CanSeeDraft(a, e.Scope()) {
				mark(there, e.ID, "d", head[ms.Document])
			}
		}
	}
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = there[id]
	}
	return out, nil
}

func mark(there map[string]bool, edition core.ID, draft string, rev documents.Revision) {
	for n := range numbered(rev) {
		there[string(edition)+"#"+draft+strconv.Itoa(n)] = true
	}
}
