package consultations

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// headRunes is how much of a comment stands as the title of its find.
const headRunes = 120

// Finds are the comments as the search finds them: those that everybody may read. An id
// is that of the comment.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "comment" }

// All comments that are live.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	var ids []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Comment)(nil)).Column("id").Where("co.state = ?", Live).OrderExpr("co.id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("load comments to be found: %w", err)
	}
	return ids, nil
}

// Docs of comments: their words, wording and public answer, and who made them. Neither
// private notes nor drafts of answers.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []Comment
	if err := f.s.rec.DB.Read.NewSelect().Model(&list).Where("co.id IN (?) AND co.state = ?", bun.List(ids), Live).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load comments: %w", err)
	}
	var windows []core.ID
	for _, co := range list {
		windows = append(windows, co.Consultation)
	}
	if len(windows) == 0 {
		return nil, nil
	}
	cs, err := f.s.List(ctx, core.Operator, Filter{IDs: windows})
	if err != nil {
		return nil, err
	}
	by := map[core.ID]Consultation{}
	for _, c := range cs {
		by[c.ID] = c
	}
	settings := map[core.ID]*editions.Setting{}
	for _, c := range cs {
		if _, ok := settings[c.Edition]; ok || c.Edition == "" {
			continue
		}
		set, err := f.s.editions.SettingByID(ctx, core.Operator, c.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		settings[c.Edition] = set
	}
	var out []search.Doc
	for _, co := range list {
		c, ok := by[co.Consultation]
		if !ok {
			continue
		}
		out = append(out, found(c, shown(core.Visitor, co, false, 0), settings[c.Edition]))
	}
	return out, nil
}

func found(c Consultation, co Comment, set *editions.Setting) search.Doc {
	of, _ := json.Marshal(c.Title) // texts always marshal
	d := search.Doc{
		ID: "comment:" + string(co.ID), Kind: "comment", Path: c.CommentPath(co.Number), At: co.Created, Weight: 0.8, Readers: []string{search.Public},
		Names: []string{co.Name, co.Organisation}, Facets: map[string][]string{},
		Extra: map[string]string{"n": strconv.Itoa(co.Number), "of": string(of), "ref": c.Ref},
	}
	if set != nil {
		d.Readers, d.Facets = set.Readers(), set.Facets()
		d.Extra["edition"] = set.Slug
	}
	d.Facets["language"] = []string{co.Lang}
	words := core.NewText(co.Lang, strings.TrimSpace(co.Body))
	if words.IsZero() {
		words = core.NewText(co.Lang, co.Proposal)
	}
	var cut bool
	if d.Title, cut = words.Head(headRunes); cut || co.Proposal != "" || !co.Reason.IsZero() {
		d.Body = core.JoinTexts(words, core.NewText(co.Lang, co.Proposal), co.Reason)
	}
	return d
}

// Touched are the comments that events change.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, windows []core.ID
	reshaped := editions.Reshaped(events)
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); {
		case subject == "comment":
			out = append(out, e.Subject)
		case e.Kind == "consultation.changed" || e.Kind == "consultation.extended":
			windows = append(windows, e.Subject)
		}
	}
	if len(windows)+len(reshaped) == 0 {
		return out, nil
	}
	q := f.s.rec.DB.Read.NewSelect().Model((*Comment)(nil)).Column("co.id").Join("JOIN consultations AS cs ON cs.id = co.consultation").
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			if len(windows) > 0 {
				q = q.WhereOr("cs.id IN (?)", bun.List(windows))
			}
			if len(reshaped) > 0 {
				q = q.WhereOr("cs.edition IN (?)", bun.List(reshaped))
			}
			return q
		})
	var more []core.ID
	if err := q.Scan(ctx, &more); err != nil {
		return nil, fmt.Errorf("load comments: %w", err)
	}
	return append(out, more...), nil
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID      string  `bun:"id"`
		Edition core.ID `bun:"edition"`
	}
	if err := f.s.rec.DB.Read.NewRaw(`SELECT co.id, cs.edition FROM comments AS co JOIN consultations AS cs ON cs.id = co.consultation
		JOIN documents AS d ON d.id = cs.document WHERE co.id IN (?) AND co.state = 'live' AND d.published_revision > 0`, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load comments: %w", err)
	}
	list, err := f.s.editions.Editions(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	visible := map[core.ID]bool{"": true}
	for _, e := range list {
		visible[e.ID] = true
	}
	for _, r := range rows {
		out[r.ID] = visible[r.Edition]
	}
	return out, nil
}
