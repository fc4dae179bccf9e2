package mine

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// When two accounts of one person are made one, each column that names the one names the
// other from then on. Which columns those are, the holders' descriptions say: a table that
// says for the sake of erasing where somebody stands in it is moved, too.

// naming are the columns of a table that name an account or a person by its id.
func (t *table) naming() (out []string) {
	for _, o := range t.own {
		if o.under == "" && (o.by == byAccount || o.by == byPerson) && o.column != "id" {
			out = append(out, o.column)
		}
	}
	out = append(out, t.acts...)
	out = append(out, t.linked...)
	slices.Sort(out)
	return slices.Compact(out)
}

// namingToo are columns that name somebody and of which the holders say it otherwise: the
// room itself empties the row, or what stands there is no matter of erasing.
var namingToo = map[string][]string{
	"registrations":     {"account", "person"},
	"conduct_decisions": {"account"},
	"erase_requests":    {"account", "by_account"},
}

// movedByAccounts are the tables of which authn itself says what becomes of them.
var movedByAccounts = []string{
	"accounts", "account_grants", "account_sessions", "account_addresses", "account_passkeys", "account_identities", "account_codes",
	"account_invitations", "account_rescues", "account_tokens", "sign_in_links",
}

// ending are tables whose rows end with the account: answers to calls of its tokens.
var ending = []string{"api_keys"}

// staying are columns that go on naming the former account or person, and why.
var staying = map[string]string{
	"events.account":     "the record says what was done, and by whom it was done then",
	"events.person":      "the record says what was done, and by whom it was done then",
	"events.subject":     "the record says what it was about",
	"events.data":        "the record says what was done",
	"accounts.person":    "the former account has none",
	"people.merged_into": "it leads from a former page to the one that was kept",

	"document_revisions.frozen": "what is published stays as it was; the former page leads on",
	"document_sources.ref":      "it stands in what is published; the former page leads on",
}

// once are the keys of which the kept account's row wins: what both have is the same, or only
// hers alone. What must not be decided so stands in the way of merging (stops).
var once = map[string][]string{
	"agenda_bookmarks":   {"session", "account"},
	"agenda_feeds":       {"account"},
	"comment_supports":   {"comment", "account"},
	"conduct_handlers":   {"edition", "account"},
	"conduct_recused":    {"report", "account"},
	"form_drafts":        {"thing", "account"},
	"mail_choices":       {"account"},
	"meeting_asks":       {"meeting", "account"},
	"opinion_votes":      {"poll", "account", "statement"},
	"registration_bulks": {"edition", "account"},
	"release_notices":    {"release", "account"},
	"report_reminders":   {"session", "kind", "step", "account"},
	"search_readers":     {"account"},
	"support_members":    {"edition", "account"},
	"support_scores":     {"application", "account"},
	"review_assignments": {"phase", "proposal", "reviewer"},
	"review_bids":        {"proposal", "reviewer"},
	"review_conflicts":   {"proposal", "reviewer"},
	"review_reminders":   {"phase", "step", "reviewer"},
}

// counted are columns that count the rows of a table for a row of another.
var counted = map[string]struct{ table, column, by string }{
	"comment_supports": {"comments", "supports", "comment"},
}

// move is a column that names somebody.
type move struct{ table, column string }

// moves are all columns that name an account or a person, each once.
func moves() (out []move) {
	add := func(table string, columns []string) {
		for _, c := range columns {
			if m := (move{table, c}); !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	for _, r := range rooms() {
		for i := range r.list {
			if t := &r.list[i]; !slices.Contains(movedByAccounts, t.name) && !slices.Contains(ending, t.name) {
				add(t.name, t.naming())
			}
		}
	}
	for _, table := range []string{"registrations", "conduct_decisions", "erase_requests"} {
		add(table, namingToo[table])
	}
	return out
}

// double are the rows of one that the kept one has as well; ok is false where the table has
// no such key.
func (m move) double(from, into core.ID) (held record.Holding, ok bool) {
	key := once[m.table]
	if !slices.Contains(key, m.column) {
		return held, false
	}
	held = record.Holding{Table: m.table, Args: []any{from, into}}
	where := []string{"kept." + m.column + " = ?"}
	for _, k := range key {
		if k != m.column {
			where = append(where, "kept."+k+" = "+m.table+"."+k)
		}
	}
	held.Where = m.table + "." + m.column + " = ? AND EXISTS (SELECT 1 FROM " + m.table + " AS kept WHERE " + strings.Join(where, " AND ") + ")"
	return held, true
}

// moveTx has the rows of one name another; n is how many did.
func (m move) moveTx(ctx context.Context, tx *record.Tx, from, into core.ID) (n int, err error) {
	if held, ok := m.double(from, into); ok {
		if c, ok := counted[m.table]; ok {
			less := record.Holding{Table: c.table, Where: "id IN (SELECT " + m.table + "." + c.by + " FROM " + m.table + " WHERE " + held.Where + ")", Args: held.Args}
			if err := less.ClearTx(ctx, tx, map[string]any{c.column: bun.Safe(c.column + " - 1")}); err != nil {
				return 0, err
			}
		}
		if err := held.DeleteTx(ctx, tx); err != nil {
			return 0, err
		}
	}
	held := record.Holding{Table: m.table, Where: m.column + " = ?", Args: []any{from}}
	if n, err = held.Count(ctx, tx); err != nil || n == 0 {
		return 0, err
	}
	return n, held.ClearTx(ctx, tx, map[string]any{m.column: into})
}

// moveAllTx has everything that names one account or person name another; moved counts rows
// by table.
func moveAllTx(ctx context.Context, tx *record.Tx, from, into core.ID, moved map[string]int) error {
	for _, name := range ending {
		if err := (record.Holding{Table: name, Where: "account = ?", Args: []any{from}}).DeleteTx(ctx, tx); err != nil {
			return err
		}
	}
	for _, m := range moves() {
		n, err := m.moveTx(ctx, tx, from, into)
		if err != nil {
			return err
		}
		if n > 0 {
			moved[m.table] += n
		}
	}
	return nil
}

// doubles counts what the kept account has as well, so that the other's goes.
func (s *Service) doubles(ctx context.Context, from, into core.ID) (n int, err error) {
	for _, m := range moves() {
		if held, ok := m.double(from, into); ok {
			k, err := held.Count(ctx, s.rec.DB.Read)
			if err != nil {
				return 0, err
			}
			n += k
		}
	}
	return n, nil
}
