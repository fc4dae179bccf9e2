package consultations

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/solve/anchors"
)

func result(s string) anchors.Result { return anchors.Result(s) }

// shown takes from a comment what the reader may not know: by every door the same. runs
// says whether she runs the consultation; published is the newest published revision.
//
// A draft of a disposition is for those who write it. What was withdrawn or hidden keeps
// its number and its place, without words; the author still reads her own. A private note
// never leaves with a comment: it is asked for apart.
func shown(a core.Actor, co Comment, runs bool, published int) Comment {
	own := a.SignedIn() && co.Account == a.Account
	if !runs {
		co.Assignee, co.DisposedBy = "", ""
		if !co.Public() {
			co.Disposition, co.Reason, co.DuplicateOf, co.Disposed, co.Changes = "", core.Text{}, 0, core.Instant{}, nil
		}
		var links []ChangeLink
		for _, l := range co.Changes {
			if l.Revision <= published {
				links = append(links, l)
			}
		}
		co.Changes = links
	}
	if co.State != Live && !runs && !own {
		co.Body, co.Proposal, co.Quote, co.Before, co.After = "", "", "", "", ""
		co.Name, co.Person, co.Organisation, co.Country = "", "", "", ""
		if co.State == Withdrawn {
			co.Group, co.Region = "", ""
		}
		co.WordWhy = ""
	}
	if co.To == 0 {
		co.Quote = "" // of a whole paragraph the words stand in the text
	}
	return co
}

// Comments gives the comments of a consultation as the actor may read them, with where
// they stand in a revision. Anybody may call.
func (s *Service) Comments(ctx context.Context, a core.Actor, c Consultation, f CommentFilter) (core.List[Comment], error) {
	runs, err := s.Runs(ctx, a, c)
	if err != nil {
		return core.List[Comment]{}, err
	}
	d, err := s.docs.See(ctx, a, c.Document)
	if err != nil {
		return core.List[Comment]{}, err
	}
	if f.Revision == 0 {
		f.Revision = d.Published
	}
	if f.Assignee != "" && !runs {
		f.Assignee = ""
	}
	list, err := s.comments(ctx, c, f, runs)
	for i := range list.Items {
		list.Items[i] = shown(a, list.Items[i], runs, d.Published)
	}
	return list, err
}

// One gives one comment as the actor may read it, with its place in the newest revision
// and, for its author and those who run the consultation, the private note.
func (s *Service) One(ctx context.Context, a core.Actor, c Consultation, n int) (Comment, error) {
	list, err := s.Comments(ctx, a, c, CommentFilter{Numbers: []int{n}, All: true})
	if err != nil {
		return Comment{}, err
	}
	if len(list.Items) == 0 {
		return Comment{}, core.NotFound()
	}
	co := list.Items[0]
	runs, err := s.Runs(ctx, a, c)
	if err != nil {
		return Comment{}, err
	}
	if runs || a.SignedIn() && co.Account == a.Account {
		var notes []string
		if err := s.rec.DB.Read.NewRaw("SELECT note FROM comment_notes WHERE comment = ?", co.ID).Scan(ctx, &notes); err != nil {
			return Comment{}, fmt.Errorf("load note: %w", err)
		}
		for _, n := range notes {
			co.Note = n
		}
	}
	return co, nil
}

// Supported tells which of some comments the actor supports, in one query.
func (s *Service) Supported(ctx context.Context, a core.Actor, list []Comment) (map[core.ID]bool, error) {
	out := map[core.ID]bool{}
	if !a.SignedIn() || len(list) == 0 {
		return out, nil
	}
	ids := make([]core.ID, len(list))
	for i, co := range list {
		ids[i] = co.ID
	}
	var mine []core.ID
	if err := s.rec.DB.Read.NewRaw("SELECT comment FROM comment_supports WHERE account = ? AND comment IN (?)", a.Account, bun.List(ids)).Scan(ctx, &mine); err != nil {
		return nil, fmt.Errorf("load supports: %w", err)
	}
	for _, id := range mine {
		out[id] = true
	}
	return out, nil
}

// ParaCount is how many comments stand at a paragraph of a revision.
type ParaCount struct {
	Para     string `bun:"para" json:"paragraph"`
	Result   string `bun:"result" json:"-"`
	Count    int    `bun:"n" json:"comments"`
	Answered int    `bun:"done" json:"answered"`
	Supports int    `bun:"supports" json:"supports"`
}

// Counts says how many comments stand at each paragraph of a revision ("" for the whole
// text), and how many are orphaned, in one query.
func (s *Service) Counts(ctx context.Context, c Consultation, revision int) (map[string]ParaCount, int, error) {
	var rows []ParaCount
	if err := s.rec.DB.Read.NewRaw(`SELECT cp.para AS para, CASE WHEN cp.result = 'orphaned' THEN 'orphaned' ELSE '' END AS result, COUNT(*) AS n,
		SUM(CASE WHEN co.disposition_published IS NULL THEN 0 ELSE 1 END) AS done, SUM(co.supports) AS supports
		FROM comments AS co JOIN comment_places AS cp ON cp.comment = co.id AND cp.revision = ?
		WHERE co.consultation = ? AND co.state <> 'withdrawn'
		GROUP BY cp.para, CASE WHEN cp.result = 'orphaned' THEN 'orphaned' ELSE '' END`, revision, c.ID).Scan(ctx, &rows); err != nil {
		return nil, 0, fmt.Errorf("count comments by paragraph: %w", err)
	}
	out := map[string]ParaCount{}
	orphans := 0
	for _, r := range rows {
		if r.Result == "orphaned" {
			orphans += r.Count
			continue
		}
		out[r.Para] = r
	}
	return out, orphans, nil
}

// Mine is a comment of one's own with its consultation.
type Mine struct {
	Consultation Consultation
	Comment      Comment
}

// OfAccount gives the actor's own comments, the newest first, in two queries.
func (s *Service) OfAccount(ctx context.Context, a core.Actor) ([]Mine, error) {
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	var list []Comment
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("co.account = ?", a.Account).OrderExpr("co.created DESC, co.id DESC").Limit(500).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list own comments: %w", err)
	}
	var ids []core.ID
	for _, co := range list {
		ids = append(ids, co.Consultation)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	cs, err := s.List(ctx, a, Filter{IDs: ids})
	if err != nil {
		return nil, err
	}
	by := map[core.ID]Consultation{}
	for _, c := range cs {
		by[c.ID] = c
	}
	var out []Mine
	for _, co := range list {
		if c, ok := by[co.Consultation]; ok {
			out = append(out, Mine{c, shown(a, co, false, 1<<30)})
		}
	}
	return out, nil
}

// AwaitsWord tells whether the author may say whether she is satisfied, and has not.
func (m Mine) AwaitsWord(now core.Instant) bool {
	return m.Comment.Public() && m.Comment.State != Withdrawn && m.Comment.Word == "" && CanSayWord(m.Consultation, m.Comment, now)
}

// CanSayWord tells whether the author of a comment may say whether she is satisfied: as
// soon as its disposition is out, until the window for replies is over.
func CanSayWord(c Consultation, co Comment, now core.Instant) bool {
	if !co.Public() || !c.Ended.IsZero() {
		return false
	}
	until := c.ReplyUntil()
	return until.IsZero() || now.Before(until)
}

// lastOf is the author's last comment, to fill the next form from.
func (s *Service) lastOf(ctx context.Context, account core.ID) (Comment, bool, error) {
	var list []Comment
	if account == "" {
		return Comment{}, false, nil
	}
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("co.account = ?", account).OrderExpr("co.created DESC, co.id DESC").Limit(1).Scan(ctx); err != nil {
		return Comment{}, false, fmt.Errorf("load last comment: %w", err)
	}
	if len(list) == 0 {
		return Comment{}, false, nil
	}
	return list[0], true, nil
}

// Prefill is a comment's form as the actor finds it: what she stated last, else what her
// affiliation says.
func (s *Service) Prefill(ctx context.Context, a core.Actor, lang string) (CommentInput, error) {
	in := CommentInput{Lang: lang, Mails: MailEach, Name: a.Name}
	if !a.SignedIn() {
		return in, nil
	}
	last, ok, err := s.lastOf(ctx, a.Account)
	if err != nil {
		return in, err
	}
	if ok {
		in.Name, in.Group, in.Region, in.Country, in.Organisation, in.Mails = last.Name, last.Group, last.Region, last.Country, last.Organisation, last.Mails
		return in, nil
	}
	if a.Person == "" {
		return in, nil
	}
	persons, err := s.people.Persons(ctx, []core.ID{a.Person})
	if err != nil {
		return in, err
	}
	p := persons[a.Person]
	if p.Name != "" {
		in.Name, in.Country = p.Name, p.Country
	}
	affs, err := s.people.Affiliations(ctx, []core.ID{a.Person})
	if err != nil {
		return in, err
	}
	if list := affs[a.Person]; len(list) > 0 {
		in.Group, in.Organisation = list[0].StakeholderGroup(), list[0].Label()
		if list[0].Country != "" {
			in.Country = list[0].Country
		}
	}
	if in.Country != "" {
		in.Region = s.vocab.RegionOf(in.Country)
	}
	return in, nil
}
