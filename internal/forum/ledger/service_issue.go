package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Issue is one topic over the years.
type Issue struct {
	bun.BaseModel `bun:"table:ledger_issues,alias:li" json:"-"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Slug    string       `bun:"slug" json:"slug"`
	Name    core.Text    `bun:"name,type:jsonb" json:"name"`
	About   core.Text    `bun:"about,type:jsonb" json:"about"`
	Words   []string     `bun:"words,type:jsonb" json:"words" doc:"tags and words that belong to it"`
	Created core.Instant `bun:"created" json:"-"`
	Version int64        `bun:"version" json:"version"`
}

// Path is the permanent address of the issue.
func (i Issue) Path() string { return "/issues/" + i.Slug }

// Item is something that belongs to an issue.
type Item struct {
	bun.BaseModel `bun:"table:ledger_issue_items,alias:it" json:"-"`

	Issue core.ID      `bun:"issue,pk" json:"-"`
	Kind  string       `bun:"kind,pk" json:"kind" enum:"paragraph,session,reference,commitment"`
	Ref   string       `bun:"ref,pk" json:"ref"`
	Note  string       `bun:"note" json:"note,omitempty" doc:"why it belongs to the issue"`
	At    core.Instant `bun:"at" json:"-"`
}

func (i Item) thing() Thing { return Thing{Kind: i.Kind, Ref: i.Ref} }

// IssueInput is the form of an issue.
type IssueInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Name    core.Text `form:"name" ui:"text" max:"160" required:"1" json:"name"`
	About   core.Text `form:"about" ui:"area" max:"3000" json:"about"`
	Words   string    `form:"words" ui:"area" max:"2000" json:"words"` // one a line
}

// InputOfIssue is the form of an issue as it stands.
func InputOfIssue(i Issue) IssueInput {
	return IssueInput{Version: i.Version, Name: i.Name, About: i.About, Words: strings.Join(i.Words, "\n")}
}

// Issues lists all issues by name. Anybody may call.
func (s *Service) Issues(ctx context.Context) ([]Issue, error) {
	var rows []Issue
	if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("li.slug").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list issues: %w", err)
	}
	return rows, nil
}

// Issue gives one by its address. Anybody may call.
func (s *Service) Issue(ctx context.Context, slug string) (Issue, error) {
	var i Issue
	if err := s.rec.DB.Read.NewSelect().Model(&i).Where("li.slug = ?", slug).Scan(ctx); err != nil {
		return i, record.Found(err)
	}
	return i, nil
}

// SaveIssue enters an issue (slug empty) or changes one; its address never changes.
// Editors and staff may. Events: issue.entered, issue.changed. Errors: Invalid; Stale.
func (s *Service) SaveIssue(ctx context.Context, a core.Actor, slug string, in IssueInput) (Issue, error) {
	var i Issue
	if err := mayCurate(a, issuePolicy); err != nil {
		return i, err
	}
	in.Name, in.About = in.Name.Clean(), in.About.Clean()
	if err := core.Validate(in).Err(); err != nil {
		return i, err
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		i = Issue{Slug: slug}
		var before IssueInput
		if slug != "" {
			if err := tx.NewSelect().Model(&i).Where("li.slug = ?", slug).Scan(ctx); err != nil {
				return record.Found(err)
			}
			if before = InputOfIssue(i); i.Version != in.Version {
				return core.Stale(before)
			}
		}
		i.Name, i.About, i.Words = in.Name, in.About, core.Lines(in.Words)
		i.Version++
		kind := "issue.changed"
		var err error
		if slug == "" {
			kind, i.ID, i.Created = "issue.entered", tx.NewID(), tx.Now
			if i.Slug, err = freeSlug(ctx, tx, (*Issue)(nil), in.Name, i.ID); err != nil {
				return err
			}
		}
		stale := false
		if slug == "" {
			_, err = tx.NewInsert().Model(&i).Exec(ctx)
		} else {
			stale, err = record.Once(tx.NewUpdate().Model(&i).WherePK().Where("version = ?", in.Version).Exec(ctx))
		}
		if err != nil || stale {
			return record.StaleOr(err, before)
		}
		tx.Append(kind, i.ID, core.ScopeForum, record.Public, record.Data{"label": i.Name, "changes": changes(before, InputOfIssue(i))})
		return nil
	})
	return i, err
}

// issueCounts says how many things of each issue the actor may see.
func (s *Service) issueCounts(ctx context.Context, a core.Actor) (map[core.ID]int, error) {
	var items []Item
	if err := s.rec.DB.Read.NewSelect().Model(&items).OrderExpr("it.issue, it.kind, it.ref").Scan(ctx); err != nil {
		return nil, fmt.Errorf("count what belongs to issues: %w", err)
	}
	things := make([]Thing, len(items))
	for n, it := range items {
		things[n] = it.thing()
	}
	labels, err := s.labelsInParts(ctx, a, things)
	if err != nil {
		return nil, err
	}
	out := map[core.ID]int{}
	for _, it := range items {
		if _, ok := labels[it.thing()]; ok {
			out[it.Issue]++
		}
	}
	return out, nil
}

// freeSlug makes an address of a name that nothing of the kind has.
func freeSlug(ctx context.Context, tx *record.Tx, model any, name core.Text, id core.ID) (string, error) {
	base := editions.Slugify(name.String())
	if base == "" || base == "new" {
		base = string(id)[:8]
	}
	slug := base
	for n := 2; ; n++ {
		there, err := tx.NewSelect().Model(model).Where("slug = ?", slug).Exists(ctx)
		if err != nil {
			return "", fmt.Errorf("look for address: %w", err)
		}
		if !there {
			return slug, nil
		}
		slug = fmt.Sprintf("%s-%d", base, n)
	}
}

// AttachInput says what belongs to an issue.
type AttachInput struct {
	Where string `form:"where" ui:"text" max:"500" required:"1" json:"where"`
	Note  string `form:"note" ui:"text" max:"300" json:"note"`
}

// Attach puts something to an issue. Editors and staff may. Event: issue.attached.
func (s *Service) Attach(ctx context.Context, a core.Actor, slug string, in AttachInput) error {
	if err := mayCurate(a, issuePolicy); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	t, err := s.Find(ctx, a, in.Where)
	if err != nil {
		return at("where", err)
	}
	return s.AttachAll(ctx, a, slug, []Item{{Kind: t.Kind, Ref: t.Ref, Note: strings.TrimSpace(in.Note)}})
}

// AttachAll puts several things to an issue; those that are there stay as they are.
func (s *Service) AttachAll(ctx context.Context, a core.Actor, slug string, items []Item) error {
	if err := mayCurate(a, issuePolicy); err != nil {
		return err
	}
	i, err := s.Issue(ctx, slug)
	if err != nil || len(items) == 0 {
		return err
	}
	things := make([]Thing, len(items))
	for n, it := range items {
		things[n] = it.thing()
	}
	labels, err := s.Labels(ctx, a, "en", things)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var names []string
		for _, it := range items {
			l, ok := labels[it.thing()]
			if !ok {
				continue
			}
			it.Issue, it.At = i.ID, tx.Now
			there, err := record.Once(tx.NewInsert().Model(&it).On("CONFLICT (issue, kind, ref) DO NOTHING").Exec(ctx))
			if err != nil {
				return fmt.Errorf("attach to issue: %w", err)
			}
			if !there {
				names = append(names, l.Title)
			}
		}
		if len(names) > 0 {
			tx.Append("issue.attached", i.ID, core.ScopeForum, record.Public, record.Data{"label": i.Name, "things": names})
		}
		return nil
	})
}

// Detach takes something off an issue. Editors and staff may. Event: issue.detached.
func (s *Service) Detach(ctx context.Context, a core.Actor, slug string, t Thing) error {
	if err := mayCurate(a, issuePolicy); err != nil {
		return err
	}
	i, err := s.Issue(ctx, slug)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		none, err := record.Once(tx.NewDelete().Model((*Item)(nil)).Where("issue = ? AND kind = ? AND ref = ?", i.ID, t.Kind, t.Ref).Exec(ctx))
		if err != nil {
			return fmt.Errorf("detach from issue: %w", err)
		}
		if none {
			return core.NotFound()
		}
		tx.Append("issue.detached", i.ID, core.ScopeForum, record.Public, record.Data{"label": i.Name, "ref": t.Ref})
		return nil
	})
}
