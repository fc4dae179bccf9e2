package participation

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// MailUndone tells somebody that what an earlier mail said was taken back.
const MailUndone = "registration_undone"

// undoFor is how long what was done to many can be taken back.
const undoFor = 24 * time.Hour

type bulkRow struct {
	bun.BaseModel `bun:"table:registration_bulks,alias:rb"`

	Edition core.ID      `bun:"edition,pk"`
	Account core.ID      `bun:"account,pk"`
	ID      core.ID      `bun:"id"`
	What    string       `bun:"what"`
	At      core.Instant `bun:"at"`
	Items   []bulkItem   `bun:"items,type:jsonb"`
}

// bulkItem is how a registration stood before an act, and its version after it.
type bulkItem struct {
	ID      core.ID `json:"id"`
	Version int64   `json:"version"`
	Letter  string  `json:"letter,omitempty"` // kind of the mail that went out
	stood
}

// stood is what an act changes.
type stood struct {
	State       string    `json:"state"`
	Recheck     bool      `json:"recheck,omitempty"`
	Category    core.ID   `json:"category,omitempty"`
	Media       bool      `json:"media,omitempty"`
	HighLevel   bool      `json:"high_level,omitempty"`
	Rank        string    `json:"rank,omitempty"`
	DuplicateOf core.ID   `json:"duplicate_of,omitempty"`
	Reason      core.Text `json:"reason,omitzero"`
	Queued      int64     `json:"queued,omitempty"`
	Decided     int64     `json:"decided,omitempty"`
}

func micros(i core.Instant) int64 {
	if i.IsZero() {
		return 0
	}
	return i.Time().UnixMicro()
}

func instant(micros int64) core.Instant {
	if micros == 0 {
		return core.Instant{}
	}
	return core.At(time.UnixMicro(micros))
}

func stoodOf(r *Registration) stood {
	return stood{
		State: r.State, Recheck: r.Recheck, Category: r.Category, Media: r.Media, HighLevel: r.HighLevel, Rank: r.Rank, DuplicateOf: r.DuplicateOf,
		Reason: r.Reason, Queued: micros(r.Queued), Decided: micros(r.Decided),
	}
}

// keepBulk keeps how registrations stood before an act: in place of what the actor did to
// many before.
func keepBulk(ctx context.Context, tx *record.Tx, set *editions.Setting, what string, before map[core.ID]Registration, done []*Registration) (core.ID, error) {
	row := bulkRow{Edition: set.ID, Account: tx.Actor.Account, ID: tx.NewID(), What: what, At: tx.Now, Items: make([]bulkItem, 0, len(done))}
	for _, r := range done {
		was := before[r.ID]
		item := bulkItem{ID: r.ID, Version: r.Version, stood: stoodOf(&was)}
		if was.State != r.State {
			_, item.Letter = told(&was, r.State)
		}
		row.Items = append(row.Items, item)
	}
	_, err := tx.NewInsert().Model(&row).On("CONFLICT (edition, account) DO UPDATE").Set("id = EXCLUDED.id").Set("what = EXCLUDED.what").
		Set("at = EXCLUDED.at").Set("items = EXCLUDED.items").Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("keep what was done: %w", err)
	}
	return row.ID, nil
}

// LastBulk is what the actor did last to many registrations of an edition, as long as it
// can be taken back; empty where there is nothing.
type LastBulk struct {
	ID   core.ID
	What string
	At   core.Instant
}

// LastBulk tells what UndoBulk would take back. Staff only.
func (s *Service) LastBulk(ctx context.Context, a core.Actor, set *editions.Setting) (LastBulk, error) {
	var out LastBulk
	if err := checkStaff(a, set.ID); err != nil {
		return out, err
	}
	var rows []bulkRow
	err := s.rec.DB.Read.NewSelect().Model(&rows).Column("id", "what", "at").Where("rb.edition = ? AND rb.account = ?", set.ID, a.Account).Scan(ctx)
	if err != nil {
		return out, fmt.Errorf("look for what was done: %w", err)
	}
	for _, r := range rows {
		if r.At.Add(undoFor).After(s.rec.Clock.Instant()) {
			out = LastBulk{ID: r.ID, What: r.What, At: r.At}
		}
	}
	return out, nil
}

// UndoBulk puts the registrations of the actor's last act back to how they stood, where each
// still stands as the act left it; the others are left and counted. Places are given back or
// taken again, and who finds none waits. Mails that were not sent are dropped; whoever got
// one is told that it was taken back. It appends registration.restored for each. Conflict
// where the act is not the actor's last, or too old.
func (s *Service) UndoBulk(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (restored, left int, err error) {
	if err := checkStaff(a, set.ID); err != nil {
		return 0, 0, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var row bulkRow
		err := tx.NewSelect().Model(&row).Where("rb.edition = ? AND rb.account = ?", set.ID, a.Account).Scan(ctx)
		if err := record.Found(err); core.KindOf(err) == core.KindNotFound || err == nil && (row.ID != id || !row.At.Add(undoFor).After(tx.Now)) {
			return core.Conflict("participation.desk.error.undo")
		} else if err != nil {
			return err
		}
		ids := make([]core.ID, len(row.Items))
		was := make(map[core.ID]bulkItem, len(row.Items))
		for i, item := range row.Items {
			ids[i], was[item.ID] = item.ID, item
		}
		list, err := many(ctx, tx, ids)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(r Registration) bool { return r.Version != was[r.ID].Version || !r.Erased.IsZero() })
		restored, left = len(list), len(row.Items)-len(list)
		if restored == 0 {
			return core.Conflict("participation.desk.error.undo_none")
		}
		if err := s.restoreAllTx(ctx, tx, set, list, was); err != nil {
			return err
		}
		_, err = tx.NewDelete().Model(&row).WherePK().Exec(ctx)
		return err
	})
	return restored, left, err
}

func (s *Service) restoreAllTx(ctx context.Context, tx *record.Tx, set *editions.Setting, list []Registration, was map[core.ID]bulkItem) error {
	frees, full, err := placesAgain(ctx, tx, list, was)
	if err != nil {
		return err
	}
	groups := map[string][]core.ID{} // of those that stood alike
	stands := map[string]stood{}
	letters := map[string]*Registration{}
	var queued []string
	for i := range list {
		r := &list[i]
		item := was[r.ID]
		to := item.stood
		if full[r.ID] { // somebody else has her place by now
			to.State, to.Queued = StateWaiting, micros(tx.Now)
		}
		key, err := json.Marshal(to)
		if err != nil {
			return err
		}
		groups[string(key)], stands[string(key)] = append(groups[string(key)], r.ID), to
		data := record.Data{"label": label(r), "number": r.Number}
		if r.State != to.State {
			data["changes"] = map[string]record.Change{"registration_state": {Before: r.State, After: to.State}}
		}
		tx.Append("registration.restored", r.ID, Scope(set.ID), record.Internal, data)
		if item.Letter != "" && r.Email != "" {
			id := s.letterTo(r, item.Letter, strconv.FormatInt(item.Version, 10)).ID
			letters[id] = r
			queued = append(queued, id)
		}
	}
	for key, ids := range groups {
		if err := standAs(ctx, tx, stands[key], ids); err != nil {
			return err
		}
	}
	for category, n := range frees {
		if err := s.freeTx(ctx, tx, category, n); err != nil {
			return err
		}
	}
	read, err := s.Mail.DropTx(ctx, tx, queued...)
	if err != nil || len(read) == 0 {
		return err
	}
	mails := make([]mail.Message, 0, len(read))
	for _, id := range read {
		r := letters[id]
		mails = append(mails, s.letterTo(r, MailUndone, strconv.FormatInt(r.Version, 10)))
	}
	return s.Mail.QueueTx(ctx, tx, mails...)
}

// placesAgain takes the places that registrations had before an act, and tells how many
// they give back, and for whom there is none any more.
func placesAgain(ctx context.Context, tx *record.Tx, list []Registration, was map[core.ID]bulkItem) (frees map[core.ID]int, full map[core.ID]bool, err error) {
	frees, full = map[core.ID]int{}, map[core.ID]bool{}
	wants := map[core.ID][]core.ID{}
	for i := range list {
		r, before := &list[i], Registration{State: was[list[i].ID].State, Recheck: was[list[i].ID].Recheck}
		then := was[r.ID].Category
		if r.holds() && before.holds() && r.Category == then {
			continue
		}
		if r.holds() && r.Category != "" {
			frees[r.Category]++
		}
		if before.holds() && then != "" {
			wants[then] = append(wants[then], r.ID)
		}
	}
	for category, ids := range wants {
		n, err := takePlaces(ctx, tx, category, len(ids))
		if err != nil {
			return nil, nil, err
		}
		for _, id := range ids[n:] {
			full[id] = true
		}
	}
	return frees, full, nil
}

// standAs writes how registrations stand.
func standAs(ctx context.Context, tx *record.Tx, to stood, ids []core.ID) error {
	for part := range slices.Chunk(ids, 500) {
		_, err := tx.NewUpdate().TableExpr("registrations").Set("state = ?", to.State).Set("recheck = ?", to.Recheck).Set("category = ?", to.Category).
			Set("media = ?", to.Media).Set("high_level = ?", to.HighLevel).Set("rank = ?", to.Rank).Set("duplicate_of = ?", to.DuplicateOf).
			Set("reason = ?", to.Reason).Set("queued = ?", instant(to.Queued)).Set("decided = ?", instant(to.Decided)).
			Set("updated = ?", tx.Now).Set("version = version + 1").Where("id IN (?)", bun.List(part)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("restore registrations: %w", err)
		}
	}
	return nil
}

// wireDeskMail says who writes the mails of the desk.
func (s *Service) wireDeskMail() {
	s.Mail.Late(MailUndone, func(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
		r, err := s.GetTx(ctx, tx, core.ID(m.Ref))
		if err != nil {
			return m, err
		}
		if !r.Erased.IsZero() {
			return m, core.Conflict("participation.letter.past")
		}
		set, err := s.Editions.SettingTx(ctx, tx, r.Edition)
		if err != nil {
			return m, err
		}
		name, _ := set.Name.In(m.Lang)
		state := s.Catalog.T(m.Lang, "policy.registration.state."+r.State)
		m.Subject, m.Text = s.Mail.Compose(m.Lang, MailUndone, "Name", r.Name, "Edition", name, "Number", r.Number, "State", state, "URL", s.BaseURL+"/"+m.Lang+set.Path()+"/register")
		return m, nil
	})
}
