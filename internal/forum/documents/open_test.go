package documents_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// house is the room on a database of its own, with its clock stopped.
type house struct {
	t     *testing.T
	rec   *record.Record
	docs  *documents.Service
	clock *core.Clock
	spy   *spy
	asked *asked
}

var (
	secretariat = core.Actor{Account: "a1", Person: "p1", Name: "Sec", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}
	rapporteur  = core.Actor{Account: "a2", Person: "p2", Name: "Rap"}
	member      = core.Actor{Account: "a3", Person: "p3", Name: "Mem"}
	curator     = core.Actor{Account: "a4", Person: "p4", Name: "Cur", Grants: []core.Grant{{Role: core.RoleEditor, Scope: core.ScopeForum}}}
	otherStaff  = core.Actor{Account: "a5", Person: "p5", Name: "Oth", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: "edition-1"}}}
)

func open(t *testing.T, url string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	h := &house{t: t, clock: &core.Clock{}, spy: &spy{}, asked: &asked{}}
	d.Write = d.Write.WithQueryHook(h.spy)
	d.Read = d.Read.WithQueryHook(h.asked)
	h.clock.Freeze(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	if h.rec, err = record.Open(t.Context(), d, h.clock, core.NewIDs(h.clock), nil, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.rec.Close)
	h.docs = documents.New(h.rec)
	h.docs.Guard("report", func(_ context.Context, a core.Actor, _ documents.Document) (bool, error) {
		return a.Person == rapporteur.Person, nil
	})
	return h
}

// spy keeps the statements that change rows.
type spy struct {
	mu  sync.Mutex
	sql []string
}

func (s *spy) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (s *spy) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if q := strings.TrimSpace(e.Query); !strings.HasPrefix(q, "SELECT") {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sql = append(s.sql, q)
	}
}

// asked counts the queries that read.
type asked struct{ n atomic.Int64 }

func (a *asked) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (a *asked) AfterQuery(context.Context, *bun.QueryEvent) { a.n.Add(1) }

func (h *house) write(a core.Actor, fn func(ctx context.Context, tx *record.Tx) error) error {
	h.t.Helper()
	h.clock.Freeze(h.clock.Now().Add(time.Minute))
	return h.rec.Write(h.t.Context(), a, fn)
}

func (h *house) create(in documents.Create) documents.Document {
	h.t.Helper()
	if in.Scope == "" {
		in.Scope = "edition-1"
	}
	if in.Kind == "" {
		in.Kind = "report"
	}
	if in.Title.IsZero() {
		in.Title = core.NewText("en", "Report of WS 184")
	}
	var d documents.Document
	if err := h.write(rapporteur, func(ctx context.Context, tx *record.Tx) (err error) {
		d, err = h.docs.CreateTx(ctx, tx, in)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *house) tryRevise(doc core.ID, in documents.Revise) (documents.Revision, error) {
	h.t.Helper()
	var r documents.Revision
	err := h.write(rapporteur, func(ctx context.Context, tx *record.Tx) (err error) {
		r, err = h.docs.ReviseTx(ctx, tx, doc, in)
		return err
	})
	return r, err
}

// revise saves on top of what there is.
func (h *house) revise(doc core.ID, in documents.Revise) documents.Revision {
	h.t.Helper()
	in.BasedOn = h.doc(doc).Version
	r, err := h.tryRevise(doc, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) tryPublish(doc core.ID, note string) (documents.Revision, error) {
	h.t.Helper()
	var r documents.Revision
	err := h.write(secretariat, func(ctx context.Context, tx *record.Tx) (err error) {
		r, err = h.docs.PublishTx(ctx, tx, doc, note)
		return err
	})
	return r, err
}

func (h *house) publish(doc core.ID, note string) documents.Revision {
	h.t.Helper()
	r, err := h.tryPublish(doc, note)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) doc(id core.ID) documents.Document {
	h.t.Helper()
	m, err := h.docs.Load(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return m[id]
}

func (h *house) events(subject core.ID, internal bool) string {
	h.t.Helper()
	list, err := h.rec.Events(h.t.Context(), record.Query{Subjects: []core.ID{subject}, Internal: internal})
	if err != nil {
		h.t.Fatal(err)
	}
	var kinds []string
	for i := range list.Items {
		kinds = append(kinds, list.Items[len(list.Items)-1-i].Kind)
	}
	return strings.Join(kinds, " ")
}

func text(s string) documents.Paragraph {
	return documents.Paragraph{Kind: documents.Plain, Text: core.NewText("en", s)}
}

func texts(all ...string) []documents.Paragraph {
	var out []documents.Paragraph
	for _, s := range all {
		out = append(out, text(s))
	}
	return out
}

const (
	access = "Access that lasts needs a local owner with a legal form before the first mast is built."
	fees   = "Spectrum fees designed for cities close networks in villages. They should follow coverage."
	rights = "Human rights apply online as they apply offline."
)
