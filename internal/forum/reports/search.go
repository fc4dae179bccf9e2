package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// headRunes is how much of a takeaway stands as the title of its find.
const headRunes = 160

// Finds are the reports as the search finds them: each takeaway and call of its own,
// and the full report. What is not published is found by the crew that writes it.
type Finds struct {
	s        *Service
	editions *editions.Service
}

// NewFinds makes the source.
func NewFinds(s *Service, e *editions.Service) Finds { return Finds{s, e} }

// Kind of what is found.
func (Finds) Kind() string { return "report" }

func (f Finds) ids(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := narrow(f.s.rec.DB.Read.NewSelect().Model((*Report)(nil)).Column("rp.id")).OrderExpr("rp.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// All reports.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// load reads reports by id with their sessions, as an actor sees those.
func (f Finds) load(ctx context.Context, a core.Actor, ids []core.ID) ([]Report, map[core.ID]*programme.Session, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	var rows []Report
	if err := f.s.rec.DB.Read.NewSelect().Model(&rows).Where("rp.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load reports: %w", err)
	}
	sessions := make([]core.ID, len(rows))
	for i, r := range rows {
		sessions[i] = r.Session
	}
	found, err := f.s.programme.SessionsByID(ctx, a, sessions)
	return rows, found, err
}

// Docs of reports. The number of queries does not depend on theirs.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	rows, sessions, err := f.load(ctx, core.Operator, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var public, drafts []core.ID
	for _, r := range rows {
		if r.State == StatePublished {
			public = append(public, r.Document)
		} else {
			drafts = append(drafts, r.Document)
		}
	}
	published, err := f.s.docs.Published(ctx, public...)
	if err != nil {
		return nil, err
	}
	written, err := f.s.docs.Draft(ctx, drafts...)
	if err != nil {
		return nil, err
	}
	var of []core.ID
	for _, r := range rows {
		of = append(of, r.Session)
	}
	helpers, err := helpersOf(ctx, f.s.rec.DB.Read, of...)
	if err != nil {
		return nil, err
	}
	var out []search.Doc
	for _, r := range rows {
		ses := sessions[r.Session]
		rev, ok := published[r.Document]
		if !ok {
			rev, ok = written[r.Document]
		}
		if ses == nil || !ok {
			continue
		}
		set, err := f.editions.SettingByID(ctx, core.Operator, r.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		docs := []search.Doc{}
		if r.Kind == Full {
			docs = append(docs, full(set, ses, r, rev))
		} else {
			docs = found(set, ses, r, rev)
		}
		for _, h := range helpers {
			if h.Session == r.Session && h.Person != "" && r.State != StatePublished && ses.State != programme.StateDraft {
				for i := range docs {
					docs[i].Readers = append(slices.Clone(docs[i].Readers), core.PersonReader(h.Person))
				}
			}
		}
		out = append(out, docs...)
	}
	return out, nil
}

// base is what all finds of a report share.
func base(set *editions.Setting, ses *programme.Session, r Report) search.Doc {
	of, _ := json.Marshal(ses.Title) // texts always marshal
	return search.Doc{
		Subject: "report:" + string(r.ID), Kind: "report", Facets: programme.FindFacets(set, ses), Readers: readers(set, ses, r),
		At: r.Published, Weight: 0.8, Path: ses.Path() + "/report",
		Extra: map[string]string{"edition": set.Slug, "ref": programme.RefLabel(ses.Ref), "of": string(of), "state": r.State},
	}
}

// readers are those who may see a report, as the policy says it: of a draft the crew
// that writes, of a draft edition its staff.
func readers(set *editions.Setting, ses *programme.Session, r Report) []string {
	if set.State == editions.StateDraft || r.State == StatePublished && ses.State == programme.StateDraft {
		return core.StaffReaders(set.Scope())
	}
	if r.State == StatePublished {
		return set.Readers()
	}
	out := append(core.StaffReaders(set.Scope()), core.EditorReaders(set.Scope())...)
	if ses.State == programme.StateDraft {
		out = core.StaffReaders(set.Scope())
	}
	for _, x := range ses.Roles {
		if x.Person != "" && policy.Can("see", StateDraft, programme.CoreRole(x.Role)) {
			out = append(out, core.PersonReader(x.Person))
		}
	}
	return out
}

// found are the takeaways and calls of a revision.
func found(set *editions.Setting, ses *programme.Session, r Report, rev documents.Revision) []search.Doc {
	var out []search.Doc
	for _, p := range points(ses.ID, rev) {
		d := base(set, ses, r)
		d.ID, d.Path = d.Subject+"#"+p.Para, d.Path+"#"+p.Para
		var cut bool
		if d.Title, cut = p.Text.Head(headRunes); cut {
			d.Body = p.Text
		}
		if p.ToAs != "" {
			d.Names = []string{p.ToAs}
		}
		d.Extra["part"] = p.Part
		out = append(out, d)
	}
	return out
}

// full is the full report. What is being written of it stands on the page of its
// revision; what is published, on that of the report.
func full(set *editions.Setting, ses *programme.Session, r Report, rev documents.Revision) search.Doc {
	d := base(set, ses, r)
	d.ID, d.Title = d.Subject, ses.Title
	texts := make([]core.Text, len(rev.Paragraphs))
	for i, p := range rev.Paragraphs {
		texts[i] = p.Text
	}
	d.Body = core.JoinTexts(texts...)
	d.Extra["part"] = Full
	if rev.Draft() {
		d.Path = "/documents/" + string(r.Document) + "/revisions/" + strconv.Itoa(rev.Number)
	}
	return d
}

// Touched are the reports that events change: of their sessions, documents and editions,
// and of people whose roles let them see a draft.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, sessions, docs []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "report": // a report put back is named by its session
			out, sessions = append(out, e.Subject), append(sessions, e.Subject)
		case "session":
			sessions = append(sessions, e.Subject)
		case "document":
			docs = append(docs, e.Subject)
		}
	}
	persons, _ := people.Concerned(events)
	shaped := editions.Reshaped(events)
	if len(sessions)+len(docs)+len(persons)+len(shaped) == 0 {
		return out, nil
	}
	more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("rp.session IN (?)", bun.List(append(sessions, ""))).
			WhereOr("rp.document IN (?)", bun.List(append(docs, ""))).
			WhereOr("rp.edition IN (?)", bun.List(append(shaped, ""))).
			WhereOr("rp.session IN (SELECT r.session FROM session_roles AS r WHERE r.person IN (?) AND r.person <> '')", bun.List(append(persons, "")))
	})
	return append(out, more...), err
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	of := map[core.ID][]string{}
	var reports []core.ID
	for _, id := range ids {
		report, _, _ := strings.Cut(id, "#")
		of[core.ID(report)] = append(of[core.ID(report)], id)
		reports = append(reports, core.ID(report))
	}
	rows, sessions, err := f.load(ctx, a, reports)
	if err != nil {
		return nil, err
	}
	held, err := heldBy(ctx, f.s.rec.DB.Read, a)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, r := range rows {
		ses := sessions[r.Session]
		for _, id := range of[r.ID] {
			out[id] = ses != nil && (held[ses.ID] || policy.Can("see", r.State, crewRoles(a, ses)...))
		}
	}
	return out, nil
}
