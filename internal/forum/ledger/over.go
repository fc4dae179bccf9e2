package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Entry is one thing on an issue's page, or what came of a text.
type Entry struct {
	Kind    string       `json:"kind" enum:"session,message,paper,report,call,answer,citation,delivery,reference,derived,source"`
	Title   string       `json:"title"`
	Path    string       `json:"path,omitempty"`
	Words   core.Text    `json:"words,omitzero"`
	Note    string       `json:"note,omitempty"`
	Day     string       `json:"day,omitempty"`
	State   string       `json:"state,omitempty"`
	Silent  int          `json:"silent_days,omitempty" doc:"days without an answer"`
	Call    *Call        `json:"call,omitempty"`
	Answer  *Commitment  `json:"answer,omitempty"`
	Thing   Thing        `json:"thing"`
	Year    int          `json:"year"`
	Edition core.ID      `json:"-"`
	At      core.Instant `json:"-"`
}

// YearOf is what stands under one year of an issue, the years newest first.
type YearOf struct {
	Year    int     `json:"year"`
	Entries []Entry `json:"entries"`
}

// entryKinds is the order of entries within a year.
var entryKinds = []string{"session", "report", "message", "paper", "call", "answer", "reference", "citation"}

// Over gives an issue over the years, as a reader may see it: what belongs to it, the
// answers to its calls, and the outside documents that cite what belongs to it.
func (s *Service) Over(ctx context.Context, a core.Actor, lang string, i Issue) ([]YearOf, error) {
	var items []Item
	if err := s.rec.DB.Read.NewSelect().Model(&items).Where("it.issue = ?", i.ID).OrderExpr("it.at, it.ref").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load issue: %w", err)
	}
	things := make([]Thing, len(items))
	var refs []string
	for n, it := range items {
		if things[n] = it.thing(); it.Kind == ThingParagraph {
			refs = append(refs, it.Ref)
		}
	}
	labels, err := s.Labels(ctx, a, lang, things)
	if err != nil {
		return nil, err
	}
	years, err := s.years(ctx)
	if err != nil {
		return nil, err
	}
	var out []Entry
	var calls []core.ID
	now := s.rec.Clock.Instant()
	given := map[core.ID]bool{}
	var references []core.ID
	for _, it := range items {
		l, ok := labels[it.thing()]
		if !ok {
			continue
		}
		e := Entry{Kind: l.Kind, Title: l.Title, Path: l.Path, Words: l.Words, Note: it.Note, Thing: it.thing(), Edition: l.Edition, Year: years[l.Edition], At: it.At}
		switch {
		case l.Call != nil:
			e.Kind, e.Call, e.Path, e.State = "call", l.Call, l.Call.Path(), l.Call.State
			e.Day = dayOf(l.Call.Called)
			e.Silent, _ = l.Call.Silent(now)
			calls = append(calls, l.Call.ID)
		case l.Kind == FromMessage:
			e.Kind = "message"
		case it.Kind == ThingCommitment:
			e.Kind = "answer"
			given[core.ID(it.Ref)] = true
		case it.Kind == ThingReference:
			references = append(references, core.ID(it.Ref))
		}
		out = append(out, e)
	}
	more, err := s.answersOver(ctx, a, lang, calls, given, out)
	if err != nil {
		return nil, err
	}
	cited, err := s.citedOver(ctx, lang, refs)
	if err != nil {
		return nil, err
	}
	days, err := s.referencesByID(ctx, references)
	if err != nil {
		return nil, err
	}
	for n := range out {
		if r, ok := days[core.ID(out[n].Thing.Ref)]; ok && out[n].Kind == ThingReference {
			out[n].Day, out[n].Year = r.Day, yearOf(r.Day)
		}
	}
	return byYear(append(append(out, more...), cited...)), nil
}

// answersOver adds what was answered to the calls of an issue, under the year in which
// it was said, and completes those that stand in it by themselves.
func (s *Service) answersOver(ctx context.Context, a core.Actor, lang string, calls []core.ID, given map[core.ID]bool, out []Entry) ([]Entry, error) {
	ids := make([]core.ID, 0, len(given))
	for n := range out {
		if out[n].Kind == "answer" {
			ids = append(ids, core.ID(out[n].Thing.Ref))
		}
	}
	if len(calls)+len(ids) == 0 {
		return nil, nil
	}
	list, err := s.commitments(ctx, a, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("cm.confirmed IS NOT NULL AND (cm.ledger_call IN (?) OR cm.id IN (?))", bun.List(append(calls, "-")), bun.List(append(ids, "-")))
	})
	if err != nil {
		return nil, err
	}
	var more []Entry
	for _, c := range list {
		name, _ := c.OrganisationName.In(lang)
		e := Entry{Kind: "answer", Title: name, Path: c.Path(), Words: c.Words, Day: c.Said, Year: yearOf(c.Said), State: c.State, Answer: &c, Thing: Thing{Kind: ThingCommitment, Ref: string(c.ID)}}
		if !given[c.ID] {
			more = append(more, e)
			continue
		}
		for n := range out {
			if out[n].Thing == e.Thing {
				e.Note = out[n].Note
				out[n] = e
			}
		}
	}
	return more, nil
}

// citedOver adds the outside documents that cite what belongs to an issue.
func (s *Service) citedOver(ctx context.Context, lang string, refs []string) ([]Entry, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	rows, docs, err := s.citations(ctx, "lt.ref IN (?)", bun.List(refs))
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, c := range rows {
		r := docs[c.Reference]
		e := entryOfCitation(lang, c, r)
		if !slices.ContainsFunc(out, func(o Entry) bool { return o.Thing == e.Thing && o.Note == e.Note }) {
			out = append(out, e)
		}
	}
	return out, nil
}

func entryOfCitation(lang string, c Citation, r Reference) Entry {
	title, _ := r.Title.In(lang)
	if r.Symbol != "" {
		title = r.Symbol + " " + title
	}
	e := Entry{Kind: "citation", Title: title, Path: r.Path(), Note: c.Place, Day: r.Day, Year: yearOf(r.Day), Thing: Thing{Kind: ThingReference, Ref: string(r.ID)}, At: c.At}
	if c.Quote != "" {
		e.Words = core.NewText(cmp.Or(r.Title.Orig, "en"), c.Quote)
	}
	return e
}

func byYear(list []Entry) []YearOf {
	slices.SortStableFunc(list, func(x, y Entry) int {
		if x.Year != y.Year {
			return y.Year - x.Year
		}
		if d := slices.Index(entryKinds, x.Kind) - slices.Index(entryKinds, y.Kind); d != 0 {
			return d
		}
		return strings.Compare(x.Day, y.Day)
	})
	out := []YearOf{}
	for _, e := range list {
		if len(out) == 0 || out[len(out)-1].Year != e.Year {
			out = append(out, YearOf{Year: e.Year})
		}
		last := &out[len(out)-1]
		last.Entries = append(last.Entries, e)
	}
	return out
}

func yearOf(day string) int {
	t, err := core.ParseDate(day)
	if err != nil {
		return 0
	}
	return t.Year()
}

// years are those of the editions.
func (s *Service) years(ctx context.Context) (map[core.ID]int, error) {
	list, err := s.Editions.Editions(ctx, core.Operator)
	out := map[core.ID]int{}
	for _, e := range list {
		out[e.ID] = e.Year
	}
	return out, err
}
