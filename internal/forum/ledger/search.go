package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// headRunes is how much of a call stands as the title of its find.
const headRunes = 160

// Finds are the calls that somebody has answered, as the search finds them: by the call
// and by what was answered. A call without an answer is found in its report.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "call" }

func (f Finds) ids(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := narrow(f.s.rec.DB.Read.NewSelect().Model((*Call)(nil)).Column("lc.id")).OrderExpr("lc.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// All calls.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// Docs of calls that are answered. The number of queries does not depend on theirs.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := callsOf(ctx, f.s.rec.DB.Read, "lc.id IN (?) AND lc.answered IS NOT NULL AND lc.state <> ?", bun.List(ids), StateGone)
	if err != nil {
		return nil, err
	}
	calls, sessions := make([]core.ID, len(rows)), make([]core.ID, len(rows))
	for i, c := range rows {
		calls[i], sessions[i] = c.ID, c.Session
	}
	answers, err := f.s.AnswersTo(ctx, core.Operator, calls)
	if err != nil {
		return nil, err
	}
	visible, err := f.s.Programme.SessionsByID(ctx, core.Visitor, sessions)
	if err != nil {
		return nil, err
	}
	eds, err := f.s.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	var out []search.Doc
	for _, c := range rows {
		d := search.Doc{
			ID: "call:" + string(c.ID), Kind: "call", Path: c.Path(), At: c.Called, Weight: 0.9,
			Facets: map[string][]string{}, Readers: []string{search.Public}, Extra: map[string]string{"state": c.State},
		}
		if i := slices.IndexFunc(eds, func(e editions.Edition) bool { return e.ID == c.Edition }); i >= 0 {
			d.Facets, d.Readers, d.Extra["edition"] = eds[i].Facets(), eds[i].Readers(), eds[i].Slug
		}
		if c.Session != "" && visible[c.Session] == nil {
			d.Readers = core.StaffReaders(scopeOf(c.Edition))
		}
		texts := []core.Text{c.Words}
		for _, x := range answers[c.ID] {
			if !x.Public() {
				continue
			}
			texts = append(texts, x.Words)
			d.Names = append(d.Names, x.OrganisationName.Spelt()...)
			d.Facets["organisation"] = append(d.Facets["organisation"], string(x.Organisation))
		}
		d.Title, _ = c.Words.Head(headRunes)
		d.Body = core.JoinTexts(texts...)
		out = append(out, d)
	}
	return out, nil
}

// Touched are the calls that events change: their own, those of answers, sessions,
// editions and organisations.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, commitments, sessions []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "call":
			out = append(out, e.Subject)
		case "commitment":
			commitments = append(commitments, e.Subject)
		case "session":
			sessions = append(sessions, e.Subject)
		}
	}
	_, organisations := people.Concerned(events)
	shaped := editions.Reshaped(events)
	if len(commitments)+len(sessions)+len(organisations)+len(shaped) == 0 {
		return out, nil
	}
	more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("lc.id IN (SELECT cm.ledger_call FROM ledger_commitments AS cm WHERE cm.id IN (?) OR cm.organisation IN (?))",
			bun.List(append(commitments, "-")), bun.List(append(organisations, "-"))).
			WhereOr("lc.session IN (?)", bun.List(append(sessions, "-"))).WhereOr("lc.edition IN (?)", bun.List(append(shaped, "-")))
	})
	return append(out, more...), err
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	found, err := f.s.callsWhere(ctx, a, "lc.id IN (?)", bun.List(append(ids, "-")))
	out := map[string]bool{}
	for _, c := range found {
		out[string(c.ID)] = true
	}
	return out, err
}

// IssueFinds are the issues as the search finds them.
type IssueFinds struct{ s *Service }

// NewIssueFinds makes the source.
func NewIssueFinds(s *Service) IssueFinds { return IssueFinds{s} }

// Kind of what is found.
func (IssueFinds) Kind() string { return "issue" }

// All issues.
func (f IssueFinds) All(ctx context.Context) ([]core.ID, error) {
	list, err := f.s.Issues(ctx)
	return idsOf(list, func(i Issue) core.ID { return i.ID }), err
}

// Docs of issues: name, what it is about, its words.
func (f IssueFinds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	list, err := f.s.Issues(ctx)
	var out []search.Doc
	for _, i := range list {
		if slices.Contains(ids, i.ID) {
			out = append(out, search.Doc{
				ID: "issue:" + string(i.ID), Kind: "issue", Title: i.Name, Body: i.About, Names: i.Words, Path: i.Path(),
				Readers: []string{search.Public}, At: i.Created, Weight: 1.1,
			})
		}
	}
	return out, err
}

// Touched are the issues that events are about.
func (IssueFinds) Touched(_ context.Context, events []record.Event) ([]core.ID, error) {
	return subjectsOf(events, "issue"), nil
}

// May tells which of them there are: everybody sees all.
func (f IssueFinds) May(ctx context.Context, _ core.Actor, ids []string) (map[string]bool, error) {
	all, err := f.All(ctx)
	return among(all, ids), err
}

// ProcessFinds are the processes as the search finds them, with their documents.
type ProcessFinds struct{ s *Service }

// NewProcessFinds makes the source.
func NewProcessFinds(s *Service) ProcessFinds { return ProcessFinds{s} }

// Kind of what is found.
func (ProcessFinds) Kind() string { return "process" }

// All processes.
func (f ProcessFinds) All(ctx context.Context) ([]core.ID, error) {
	list, err := f.s.Processes(ctx)
	return idsOf(list, func(p Process) core.ID { return p.ID }), err
}

// Docs of processes: name, what it is, its milestones, the documents that belong to it.
func (f ProcessFinds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	list, err := f.s.Processes(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := f.s.References(ctx, "", "")
	if err != nil {
		return nil, err
	}
	var out []search.Doc
	for _, p := range list {
		if !slices.Contains(ids, p.ID) {
			continue
		}
		d := search.Doc{
			ID: "process:" + string(p.ID), Kind: "process", Title: p.Name, Path: p.Path(), Readers: []string{search.Public}, At: p.Created, Weight: 0.9,
		}
		texts := []core.Text{p.About}
		for _, m := range p.Milestones {
			texts = append(texts, m.Title)
		}
		for _, r := range refs {
			if r.Process == p.ID {
				texts = append(texts, r.Title)
				d.Names = append(d.Names, r.Symbol)
			}
		}
		d.Names = slices.DeleteFunc(d.Names, func(s string) bool { return s == "" })
		d.Body = core.JoinTexts(texts...)
		out = append(out, d)
	}
	return out, nil
}

// Touched are the processes that events are about; an outside document may belong to any.
func (f ProcessFinds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	if len(subjectsOf(events, "reference")) > 0 {
		return f.All(ctx)
	}
	return subjectsOf(events, "process"), nil
}

// May tells which of them there are: everybody sees all.
func (f ProcessFinds) May(ctx context.Context, _ core.Actor, ids []string) (map[string]bool, error) {
	all, err := f.All(ctx)
	return among(all, ids), err
}

func idsOf[T any](list []T, id func(T) core.ID) []core.ID {
	out := make([]core.ID, len(list))
	for i, x := range list {
		out[i] = id(x)
	}
	return out
}

func subjectsOf(events []record.Event, kind string) []core.ID {
	var out []core.ID
	for _, e := range events {
		if subject, _, _ := strings.Cut(e.Kind, "."); subject == kind {
			out = append(out, e.Subject)
		}
	}
	return out
}

func among(all []core.ID, ids []string) map[string]bool {
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = slices.Contains(all, core.ID(id))
	}
	return out
}
