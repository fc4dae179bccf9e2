package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// AddInput names who is to review: the members of a body as they are today, and addresses,
// one on a line, maybe with a name: "Amina Diallo <amina@example.org>".
type AddInput struct {
	Body      string `form:"body" ui:"select" json:"body,omitempty"`
	Addresses string `form:"addresses" ui:"area" max:"60000" json:"addresses,omitempty"`
}

// Added tells what became of it.
type Added struct {
	Added int
	There int      // were reviewers already
	Mute  []string // members of the body who have no account, so nobody can sign in as them
}

// AddReviewers adds reviewers. Who has no account yet reviews as soon as she signs in with
// her address. Who runs the call may. Event: evaluation.reviewers_added. Errors: Invalid.
func (s *Service) AddReviewers(ctx context.Context, a core.Actor, ref string, in AddInput) (Added, error) {
	var out Added
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return out, err
	}
	p := core.Validate(in)
	if in.Body == "" && strings.TrimSpace(in.Addresses) == "" {
		p.Add("addresses", "form.required")
	}
	fresh := s.byHand(in.Addresses, &p)
	if err := p.Err(); err != nil {
		return out, err
	}
	if in.Body != "" {
		members, mute, err := s.members(ctx, core.ID(in.Body))
		if err != nil {
			return out, err
		}
		fresh, out.Mute = append(members, fresh...), mute
	}
	if fresh, err = s.furnished(ctx, fresh); err != nil {
		return out, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := reviewersOf(ctx, tx, c.ID, true)
		if err != nil {
			return err
		}
		var back []core.ID
		var rows []Reviewer
		for _, r := range fresh {
			same := func(o Reviewer) bool {
				return r.Account != "" && o.Account == r.Account || r.EmailKey != "" && o.EmailKey == r.EmailKey
			}
			if i := slices.IndexFunc(was, same); i >= 0 {
				if was[i].Gone {
					back = append(back, was[i].ID)
					out.Added++
				} else {
					out.There++
				}
				continue
			}
			if slices.ContainsFunc(rows, same) {
				continue
			}
			r.ID, r.Call, r.Created, r.Version, r.MinLoad, r.MaxLoad = tx.NewID(), c.ID, tx.Now, 1, -1, -1
			rows = append(rows, r)
			out.Added++
		}
		if len(was)+len(rows) > mostReviewers {
			return core.Conflict("review.error.too_many", "Count", mostReviewers)
		}
		if len(back) > 0 {
			if _, err := tx.NewUpdate().Model((*Reviewer)(nil)).Set("gone = FALSE, version = version + 1").Where("id IN (?)", bun.List(back)).Exec(ctx); err != nil {
				return fmt.Errorf("take reviewers back: %w", err)
			}
		}
		if len(rows) > 0 {
			if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
				return fmt.Errorf("add reviewers: %w", err)
			}
		}
		if out.Added > 0 {
			tx.Append("evaluation.reviewers_added", c.ID, c.Scope(), record.Internal, record.Data{"label": c.Title, "call": c.Ref, "reviewers": out.Added})
		}
		return nil
	})
	return out, err
}

// byHand reads addresses, one on a line.
func (s *Service) byHand(lines string, p *core.Problems) []Reviewer {
	var out []Reviewer
	for _, line := range core.Lines(lines) {
		name, address := "", line
		if i := strings.IndexByte(line, '<'); i >= 0 {
			name, address = strings.Join(strings.Fields(line[:i]), " "), strings.TrimSuffix(strings.TrimSpace(line[i+1:]), ">")
		}
		addr, key, err := mail.Address(address)
		if err != nil {
			p.Add("addresses", "mail.address.invalid", "Address", line)
			continue
		}
		if name == "" {
			name, _, _ = strings.Cut(addr, "@")
		}
		out = append(out, Reviewer{Email: addr, EmailKey: key, Name: name, Langs: []string{}, Topics: []string{}})
	}
	return out
}

// members are those who hold a seat in a body today and have an account.
func (s *Service) members(ctx context.Context, body core.ID) (out []Reviewer, mute []string, err error) {
	if _, err := s.Bodies.Body(ctx, body); err != nil {
		return nil, nil, err
	}
	seats, err := s.Bodies.Seats(ctx, body)
	if err != nil {
		return nil, nil, err
	}
	var persons []core.ID
	groups := map[core.ID]string{}
	for _, x := range bodies.On(seats, s.Bodies.Today()) {
		if x.Person != "" && !slices.Contains(persons, x.Person) {
			persons = append(persons, x.Person)
			groups[x.Person] = x.Group
		}
	}
	accounts, err := s.Accounts.ByPerson(ctx, persons)
	if err != nil {
		return nil, nil, err
	}
	names, err := s.People.Persons(ctx, persons)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range persons {
		acc, ok := accounts[id]
		if !ok || acc.Disabled {
			mute = append(mute, names[id].Name)
			continue
		}
		out = append(out, Reviewer{Account: acc.ID, Person: id, Email: acc.Email, EmailKey: acc.EmailKey, Name: names[id].Name, Body: body, Group: groups[id], Langs: []string{}, Topics: []string{}})
	}
	return out, mute, nil
}

// furnished fills in what the forum knows of reviewers: accounts, persons, affiliations,
// regions, languages.
func (s *Service) furnished(ctx context.Context, fresh []Reviewer) ([]Reviewer, error) {
	for i := range fresh { // ids are given later; until then they tell rows apart
		fresh[i].ID = core.ID(fmt.Sprint(i))
	}
	of, _, err := s.accountsOf(ctx, s.rec.DB.Read, fresh, nil)
	if err != nil {
		return nil, err
	}
	var persons []core.ID
	for i := range fresh {
		r := &fresh[i]
		if acc, ok := of[r.ID]; ok && !acc.Disabled {
			r.Account, r.Email, r.EmailKey = acc.ID, acc.Email, acc.EmailKey
			if r.Person == "" {
				r.Person, r.Name = acc.Person, acc.Name
			}
		}
		if r.Person != "" {
			persons = append(persons, r.Person)
		}
	}
	known, err := s.People.Persons(ctx, persons)
	if err != nil {
		return nil, err
	}
	affs, err := s.People.Affiliations(ctx, persons)
	if err != nil {
		return nil, err
	}
	for i := range fresh {
		s.fillIn(&fresh[i], known[fresh[i].Person], people.On(affs[fresh[i].Person], string(s.Bodies.Today())), of[fresh[i].ID])
	}
	return fresh, nil
}

func (s *Service) fillIn(r *Reviewer, p people.Person, affs []people.Affiliation, acc authn.Account) {
	country := p.Country
	for _, f := range affs {
		if r.Organisation == "" {
			if r.Organisation = f.OrganisationName; r.Organisation == "" {
				r.Organisation = f.Of.String()
			}
		}
		if r.Group == "" {
			r.Group = f.Group
		}
		if country == "" {
			country = f.Country
		}
	}
	if country != "" && r.Region == "" {
		r.Region = s.Vocab.RegionOf(country)
	}
	if acc.Lang != "" && !slices.Contains(r.Langs, acc.Lang) {
		r.Langs = append(r.Langs, acc.Lang)
	}
}

// ReviewerInput is the form of a reviewer.
type ReviewerInput struct {
	Version      int64    `form:"version" ui:"hidden" json:"version"`
	Name         string   `form:"name" ui:"text" max:"120" required:"true" json:"name"`
	Organisation string   `form:"organisation" ui:"text" max:"200" json:"organisation,omitempty"`
	Group        string   `form:"group" ui:"select" json:"group,omitempty"`
	Region       string   `form:"region" ui:"select" json:"region,omitempty"`
	Langs        []string `form:"langs" ui:"checks" json:"languages,omitempty"`
	Themes       []string `form:"themes" ui:"checks" json:"themes,omitempty"`
	Words        string   `form:"words" ui:"area" max:"2000" json:"words,omitempty" doc:"further topics, one on a line"`
	MinLoad      string   `form:"min_load" ui:"number" max:"5" json:"min_load,omitempty" doc:"empty: as the phase says"`
	MaxLoad      string   `form:"max_load" ui:"number" max:"5" json:"max_load,omitempty"`
}

// ReviewerInputOf is the form of a reviewer as she stands; themes are the ids of those of
// the edition.
func ReviewerInputOf(r Reviewer, themes []string) ReviewerInput {
	in := ReviewerInput{Version: r.Version, Name: r.Name, Organisation: r.Organisation, Group: r.Group, Region: r.Region, Langs: r.Langs}
	var words []string
	for _, t := range r.Topics {
		if slices.Contains(themes, t) {
			in.Themes = append(in.Themes, t)
		} else {
			words = append(words, t)
		}
	}
	in.Words = strings.Join(words, "\n")
	if r.MinLoad >= 0 {
		in.MinLoad = fmt.Sprint(r.MinLoad)
	}
	if r.MaxLoad >= 0 {
		in.MaxLoad = fmt.Sprint(r.MaxLoad)
	}
	return in
}

// ChangeReviewer changes what is known of a reviewer. Who runs the call may. Event:
// evaluation.reviewer_changed. Errors: Stale with the present ReviewerInput, Invalid.
func (s *Service) ChangeReviewer(ctx context.Context, a core.Actor, ref string, id core.ID, in ReviewerInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	in.Name, in.Organisation = strings.Join(strings.Fields(in.Name), " "), strings.TrimSpace(in.Organisation)
	p := core.Validate(in)
	themes, err := s.themeIDs(ctx, a, c)
	if err != nil {
		return err
	}
	check := func(path, value string, ok bool) {
		if value != "" && !ok {
			p.Add(path, "review.error.choice")
		}
	}
	check("group", in.Group, s.Vocab.Has(vocab.Groups, in.Group))
	check("region", in.Region, s.Vocab.Has(vocab.Regions, in.Region))
	knows(&p, in.Langs, in.Themes, themes)
	least, most := readLoad(&p, "min_load", in.MinLoad), readLoad(&p, "max_load", in.MaxLoad)
	if least >= 0 && most >= 0 && least > most {
		p.Add("min_load", "review.error.loads")
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.reviewerTx(ctx, tx, c, id)
		if err != nil {
			return err
		}
		current := ReviewerInputOf(r, themes)
		r.Name, r.Organisation, r.Group, r.Region, r.MinLoad, r.MaxLoad, r.Version = in.Name, in.Organisation, in.Group, in.Region, least, most, in.Version+1
		r.Langs, r.Topics = append([]string{}, in.Langs...), append(append([]string{}, in.Themes...), core.Lines(in.Words)...)
		stale, err := record.Once(tx.NewUpdate().Model(&r).Where("id = ? AND version = ?", id, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, current)
		}
		tx.Append("evaluation.reviewer_changed", c.ID, c.Scope(), record.Internal, record.Data{"label": r.Name, "call": c.Ref})
		return nil
	})
}

func readLoad(p *core.Problems, path, value string) int {
	if value = strings.TrimSpace(value); value == "" {
		return -1
	}
	n := 0
	if _, err := fmt.Sscanf(value, "%d", &n); err != nil || n < 0 || n > mostLoad || fmt.Sprint(n) != value {
		p.Add(path, "review.error.number", "Min", 0, "Max", mostLoad)
	}
	return n
}

func (s *Service) reviewerTx(ctx context.Context, tx *record.Tx, c calls.Call, id core.ID) (Reviewer, error) {
	var r Reviewer
	err := tx.NewSelect().Model(&r).Where("rr.id = ? AND rr.call = ? AND rr.gone = FALSE", id, c.ID).Scan(ctx)
	return r, record.Found(err)
}

// themeIDs are the themes of a call's edition.
func (s *Service) themeIDs(ctx context.Context, a core.Actor, c calls.Call) ([]string, error) {
	if c.Edition == "" {
		return nil, nil
	}
	set, err := s.Editions.SettingByID(ctx, a, c.Edition)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range set.Themes {
		out = append(out, string(t.ID))
	}
	return out, nil
}

// RemoveReviewer takes a reviewer out: she sees nothing any more, and what she has not
// submitted goes to others. What she has submitted stays and counts. Who runs the call
// may. Event: evaluation.reviewer_removed.
func (s *Service) RemoveReviewer(ctx context.Context, a core.Actor, ref string, id core.ID) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.reviewerTx(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model((*Reviewer)(nil)).Set("gone = TRUE, version = version + 1").Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("take reviewer out: %w", err)
		}
		if _, err := tx.NewDelete().TableExpr("review_assignments").Where("reviewer = ?", id).
			Where("NOT EXISTS (SELECT 1 FROM review_reviews AS rv WHERE rv.phase = review_assignments.phase AND rv.proposal = review_assignments.proposal AND rv.reviewer = review_assignments.reviewer AND rv.state <> ?)", Draft).Exec(ctx); err != nil {
			return fmt.Errorf("free assignments: %w", err)
		}
		tx.Append("evaluation.reviewer_removed", c.ID, c.Scope(), record.Internal, record.Data{"label": r.Name, "call": c.Ref})
		return nil
	})
}
