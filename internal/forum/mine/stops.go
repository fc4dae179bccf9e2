package mine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Stop is what stands in the way of making two accounts one: Key is that of a sentence of the
// catalogue, which says what to do; Of names where it is.
type Stop struct {
	Key string
	Of  []core.Text
}

// names are the names of what a stop is about, in a language.
func (x Stop) names(lang string) string {
	var out []string
	for _, t := range x.Of {
		s, _ := t.In(lang)
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// failure is the stop as an error.
func (x Stop) failure(lang string) error {
	return core.Conflict("mine.merge.stop."+x.Key, "Names", x.names(lang))
}

// overStates are those of registrations that say no more than that there was one.
var overStates = []string{participation.StateWithdrawn}

// liveTwice are the editions in which two accounts are both registered, so that neither
// registration is over or marked as a double.
const liveTwice = `FROM registrations AS one JOIN registrations AS other ON other.edition = one.edition AND other.account = ?
	WHERE one.account = ? AND one.duplicate_of = '' AND other.duplicate_of = '' AND one.state NOT IN (?) AND other.state NOT IN (?)`

// stopsBySQL find where two accounts have both done what only one person may do once, or the
// one has judged the other. Each is asked both ways round.
var stopsBySQL = []struct{ key, query string }{
	{"registered", "SELECT DISTINCT e.id, e.name AS title FROM editions AS e WHERE e.id IN (SELECT one.edition " + liveTwice + ")"},
	{"reviewed", `SELECT DISTINCT c.id, c.title FROM calls AS c
		JOIN review_reviewers AS one ON one.call = c.id AND one.account = ? JOIN review_reviewers AS other ON other.call = c.id AND other.account = ?
		WHERE EXISTS (SELECT 1 FROM review_reviews AS v WHERE v.reviewer = one.id) AND EXISTS (SELECT 1 FROM review_reviews AS v WHERE v.reviewer = other.id)`},
	{"judged", `SELECT DISTINCT c.id, c.title FROM calls AS c JOIN proposals AS p ON p.call = c.id
		JOIN review_reviews AS v ON v.proposal = p.id JOIN review_reviewers AS r ON r.id = v.reviewer
		WHERE r.account = ? AND p.account = ?`},
	{"scored", `SELECT DISTINCT e.id, e.name AS title FROM editions AS e JOIN support_applications AS a ON a.edition = e.id
		JOIN support_scores AS one ON one.application = a.id AND one.account = ? JOIN support_scores AS other ON other.application = a.id AND other.account = ?`},
	{"supported", `SELECT DISTINCT e.id, e.name AS title FROM editions AS e JOIN support_applications AS a ON a.edition = e.id
		JOIN support_scores AS one ON one.application = a.id AND one.account = ? WHERE a.account = ?`},
	{"applied", `SELECT DISTINCT e.id, e.name AS title FROM editions AS e
		JOIN support_applications AS one ON one.edition = e.id AND one.account = ? JOIN support_applications AS other ON other.edition = e.id AND other.account = ?
		WHERE one.state <> 'withdrawn' AND other.state <> 'withdrawn'`},
}

// stops are what stands in the way of making an account part of another. own says that its
// owner asks, not the staff: she merges two pages of people only where they bear one name.
func (s *Service) stops(ctx context.Context, q bun.IDB, from, into authn.Account, own bool) ([]Stop, error) {
	var out []Stop
	if from.Disabled || into.Disabled || from.Merged() || into.Merged() {
		return []Stop{{Key: "closed"}}, nil
	}
	for _, x := range stopsBySQL {
		st := Stop{Key: x.key}
		seen := []core.ID{}
		for _, pair := range [][2]core.ID{{from.ID, into.ID}, {into.ID, from.ID}} {
			args := []any{pair[0], pair[1]}
			if x.key == "registered" {
				args = append(args, bun.List(overStates), bun.List(overStates))
			}
			var rows []struct {
				ID    core.ID   `bun:"id"`
				Title core.Text `bun:"title,type:jsonb"`
			}
			// CAST: PostgreSQL knows no equality of JSON.
			query := strings.Replace(strings.Replace(x.query, "e.name AS title", "CAST(e.name AS TEXT) AS title", 1), "c.title", "CAST(c.title AS TEXT) AS title", 1)
			if err := q.NewRaw(query, args...).Scan(ctx, &rows); err != nil {
				return nil, fmt.Errorf("look what stands in the way (%s): %w", x.key, err)
			}
			for _, r := range rows {
				if !slices.Contains(seen, r.ID) {
					seen, st.Of = append(seen, r.ID), append(st.Of, r.Title)
				}
			}
		}
		if len(st.Of) > 0 {
			out = append(out, st)
		}
	}
	erasing, err := q.NewSelect().Model((*Request)(nil)).Where("er.account IN (?, ?) AND er.state IN (?, ?)", from.ID, into.ID, StateAsked, StateConfirmed).Exists(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for requests: %w", err)
	}
	if erasing {
		out = append(out, Stop{Key: "erasing"})
	}
	one, other, err := s.pages(ctx, from, into)
	if err != nil {
		return nil, err
	}
	if own && one.ID != other.ID && one.ID != "" && other.ID != "" && !people.OneName(one, other) {
		out = append(out, Stop{Key: "persons", Of: []core.Text{core.NewText(core.Langs[0], one.Name), core.NewText(core.Langs[0], other.Name)}})
	}
	return out, nil
}

// pages are the pages of the people of two accounts; where pages were merged, those that were
// kept. An empty one stands for none.
func (s *Service) pages(ctx context.Context, from, into authn.Account) (one, other people.Person, err error) {
	find := func(id core.ID) (p people.Person, err error) {
		for range 4 {
			if id == "" {
				break
			}
			found, err := s.People.Persons(ctx, []core.ID{id})
			if err != nil {
				return p, err
			}
			p = found[id]
			id = p.MergedInto
		}
		return p, nil
	}
	if one, err = find(from.Person); err != nil {
		return one, other, err
	}
	other, err = find(into.Person)
	return one, other, err
}

// tiesTx settles what both have and need not stand in the way: a registration that is over
// or marked as a double belongs to no account any more; who reviews a call as two people is
// one of them, the one that has done something.
func (s *Service) tiesTx(ctx context.Context, tx *record.Tx, from, into core.ID) error {
	over := "(duplicate_of <> '' OR state IN (?))"
	for _, x := range [][2]core.ID{{from, into}, {into, from}} {
		held := record.Holding{
			Table: "registrations", Where: "account = ? AND " + over + " AND edition IN (SELECT o.edition FROM registrations AS o WHERE o.account = ?)",
			Args: []any{x[0], bun.List(overStates), x[1]},
		}
		if err := held.ClearTx(ctx, tx, map[string]any{"account": ""}); err != nil {
			return err
		}
	}
	var pairs []struct{ Lost, Kept core.ID }
	if err := tx.NewRaw(`SELECT one.id AS lost, other.id AS kept FROM review_reviewers AS one JOIN review_reviewers AS other ON other.call = one.call
		WHERE one.account = ? AND other.account = ? ORDER BY one.id, other.id`, from, into).Scan(ctx, &pairs); err != nil {
		return fmt.Errorf("look for reviewers: %w", err)
	}
	for _, p := range pairs {
		worked, err := (record.Holding{Table: "review_reviews", Where: "reviewer = ?", Args: []any{p.Lost}}).Count(ctx, tx)
		if err != nil {
			return err
		}
		if worked > 0 {
			p.Lost, p.Kept = p.Kept, p.Lost
		}
		for _, m := range []move{{"review_assignments", "reviewer"}, {"review_bids", "reviewer"}, {"review_conflicts", "reviewer"}, {"review_reminders", "reviewer"}, {"review_remarks", "reviewer"}} {
			if _, err := m.moveTx(ctx, tx, p.Lost, p.Kept); err != nil {
				return err
			}
		}
		if err := (record.Holding{Table: "review_reviewers", Where: "id = ?", Args: []any{p.Lost}}).DeleteTx(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
