package consultations

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

func loadNumber(ctx context.Context, idb bun.IDB, c Consultation, n int) (Comment, error) {
	var co Comment
	if err := idb.NewSelect().Model(&co).Where("co.consultation = ? AND co.number = ?", c.ID, n).Scan(ctx); err != nil {
		return co, fmt.Errorf("load comment: %w", record.Found(err))
	}
	return co, nil
}

// CommentFilter narrows the comments of a consultation.
type CommentFilter struct {
	Revision    int // where they stand in this revision; 0: the newest published
	Para        string
	Whole       bool // those about the whole text
	Paras       []string
	Orphaned    bool
	Group       string
	Region      string
	Lang        string
	Disposition string // "none": without one that the reader may know
	State       string
	Assignee    core.ID
	Account     core.ID
	Numbers     []int
	ByPara      bool // in the order of the text instead of their numbers
	Page        core.Page
	All         bool // no pages: exports
}

// dispositionWhere narrows by the disposition that the reader may know of.
func dispositionWhere(q *bun.SelectQuery, want string, runs bool) *bun.SelectQuery {
	known := "co.disposition_published IS NOT NULL"
	if runs {
		known = "co.disposition <> ''"
	}
	switch want {
	case "":
		return q
	case "none":
		return q.Where("NOT (" + known + ")")
	case "draft":
		if !runs {
			return q.Where("1 = 0")
		}
		return q.Where("co.disposition <> '' AND co.disposition_published IS NULL")
	}
	return q.Where(known).Where("co.disposition = ?", want)
}

func (f CommentFilter) where(q *bun.SelectQuery, runs bool) *bun.SelectQuery {
	switch {
	case f.Orphaned:
		q = q.Where("cp.result = 'orphaned'")
	case f.Whole:
		q = q.Where("cp.para = '' AND cp.result <> 'orphaned'")
	case f.Para != "":
		q = q.Where("cp.para = ? AND cp.result <> 'orphaned'", f.Para)
	case f.Paras != nil:
		q = q.Where("cp.para IN (?)", bun.List(append([]string{"-"}, f.Paras...)))
	}
	for _, x := range []struct{ column, v string }{
		{"co.grp = ?", f.Group},
		{"co.region = ?", f.Region},
		{"co.lang = ?", f.Lang},
		{"co.state = ?", f.State},
		{"co.assignee = ?", string(f.Assignee)},
		{"co.account = ?", string(f.Account)},
	} {
		if x.v != "" {
			q = q.Where(x.column, x.v)
		}
	}
	if f.Numbers != nil {
		q = q.Where("co.number IN (?)", bun.List(append([]int{0}, f.Numbers...)))
	}
	// What moderation has hidden, and what was taken back, has its place in the list of a
	// paragraph, but is not found by who wrote it.
	if !runs && (f.Group != "" || f.Region != "" || f.Lang != "") {
		q = q.Where("co.state = ?", Live)
	}
	return dispositionWhere(q, f.Disposition, runs)
}

// after takes the rows behind those that the cursor of the page names.
func (f CommentFilter) after(q *bun.SelectQuery) (*bun.SelectQuery, error) {
	var at, number int
	if !f.ByPara {
		err := core.ReadCursor(f.Page.Cursor, &number)
		return q.Where("co.number > ?", number), err
	}
	err := core.ReadCursor(f.Page.Cursor, &at, &number)
	return q.Where("("+inText+" > ? OR "+inText+" = ? AND co.number > ?)", at, at, number), err
}

// placeRow is a comment with where it stands in one revision.
type placeRow struct {
	Comment `bun:",extend"`

	PPara   string  `bun:"p_para,scanonly"`
	PFrom   int     `bun:"p_from,scanonly"`
	PTo     int     `bun:"p_to,scanonly"`
	PResult string  `bun:"p_result,scanonly"`
	PScore  float64 `bun:"p_score,scanonly"`
	PAt     int     `bun:"p_at,scanonly"`
}

// inText is where a comment stands in the order of the text: those on the whole of it
// first, those without a place last.
const inText = "CASE WHEN cp.result = 'orphaned' THEN 1000000000 ELSE COALESCE(dp.position, -1) END"

// comments reads a part of the comments with their places in a revision, and how many
// there are in all: two queries.
func (s *Service) comments(ctx context.Context, c Consultation, f CommentFilter, runs bool) (core.List[Comment], error) {
	var out core.List[Comment]
	var rows []placeRow
	sel := func(model any) *bun.SelectQuery {
		return f.where(s.rec.DB.Read.NewSelect().Model(model).
			Join("LEFT JOIN comment_places AS cp ON cp.comment = co.id AND cp.revision = ?", f.Revision).
			Where("co.consultation = ?", c.ID), runs)
	}
	q := sel(&rows).ColumnExpr("co.*").
		ColumnExpr("COALESCE(cp.para, '') AS p_para, COALESCE(cp.from_rune, 0) AS p_from, COALESCE(cp.to_rune, 0) AS p_to, COALESCE(cp.result, '') AS p_result, COALESCE(cp.score, 0) AS p_score")
	if f.ByPara {
		q = q.Join("LEFT JOIN document_revisions AS dr ON dr.document = ? AND dr.number = ?", c.Document, f.Revision).
			Join("LEFT JOIN document_paragraphs AS dp ON dp.revision = dr.id AND dp.para = cp.para").
			ColumnExpr(inText + " AS p_at").OrderExpr("p_at")
	}
	q = q.OrderExpr("co.number")
	if !f.All {
		if f.Page.Cursor != "" {
			var err error
			if q, err = f.after(q); err != nil {
				return out, err
			}
		}
		q = q.Limit(int64(f.Page.Size()) + 1)
	}
	if err := q.Scan(ctx); err != nil {
		return out, fmt.Errorf("list comments: %w", err)
	}
	if !f.All && len(rows) > f.Page.Size() {
		rows = rows[:f.Page.Size()]
		last := rows[len(rows)-1]
		if out.Next = core.Cursor(last.Number); f.ByPara {
			out.Next = core.Cursor(last.PAt, last.Number)
		}
	}
	out.Items = make([]Comment, 0, len(rows))
	for _, r := range rows {
		co := r.Comment
		if r.PResult != "" {
			co.Placed = &Placed{Comment: co.ID, Revision: f.Revision, Para: r.PPara, From: r.PFrom, To: r.PTo, Score: r.PScore}
			co.Placed.Result = result(r.PResult)
		}
		out.Items = append(out.Items, co)
	}
	if out.Total = len(out.Items); !f.All {
		n, err := sel((*Comment)(nil)).Count(ctx)
		if err != nil {
			return out, fmt.Errorf("count comments: %w", err)
		}
		out.Total = int(n)
	}
	return out, s.fill(ctx, out.Items)
}

// fill gives comments the changes that they led to: one query.
func (s *Service) fill(ctx context.Context, list []Comment) error {
	if len(list) == 0 {
		return nil
	}
	at := make(map[core.ID]int, len(list))
	for i, co := range list {
		at[co.ID] = i
	}
	var links []ChangeLink
	q := s.rec.DB.Read.NewSelect().Model(&links).OrderExpr("cc.revision, cc.para, cc.sentence")
	if len(list) <= 1000 {
		ids := make([]core.ID, len(list))
		for i, co := range list {
			ids[i] = co.ID
		}
		q = q.Where("cc.comment IN (?)", bun.List(ids))
	} else {
		q = q.Where("cc.comment IN (SELECT id FROM comments WHERE consultation = ?)", list[0].Consultation)
	}
	if err := q.Scan(ctx); err != nil {
		return fmt.Errorf("load changes: %w", err)
	}
	for _, l := range links {
		if i, ok := at[l.Comment]; ok {
			list[i].Changes = append(list[i].Changes, l)
		}
	}
	return nil
}
