package timetable

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// ReleaseInput is what is said when the plan is released.
type ReleaseInput struct {
	// Digest is that of the changes that the releaser has looked at; empty: whatever they are.
	Digest string    `form:"digest" ui:"hidden" json:"digest,omitempty"`
	Note   core.Text `form:"note" ui:"area" max:"2000" json:"note"`
	Quiet  bool      `form:"quiet" ui:"check" json:"quiet"`
}

// Next is what a release would do now, with its digest. Staff only.
func (s *Service) Next(ctx context.Context, a core.Actor, set *editions.Setting) (Draft, string, error) {
	if err := check(a, set, "release"); err != nil {
		return Draft{}, "", err
	}
	b, err := s.board(ctx, set)
	if err != nil {
		return Draft{}, "", err
	}
	d := draftOf(set, b.Items, s.rec.Clock.Instant())
	return d, d.digest(), nil
}

// digest stands for what a release would change, so that nobody releases what she has not
// looked at.
func (d Draft) digest() string {
	type line struct {
		Session core.ID  `json:"session"`
		Kinds   []string `json:"kinds"`
		After   Shown    `json:"after"`
	}
	var all []line
	for _, c := range d.Changes {
		all = append(all, line{c.Session, c.Kinds, c.After})
	}
	return hash(all)[:16]
}

func hash(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // values of our own
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Release makes the plan public: one act that writes the sessions, the release with its
// number, its programme and its changes. Who is concerned is written to afterwards, unless
// it is quiet. Staff only. Events: programme.released and those of programme.ReleaseTx.
// Errors: Conflict "timetable.error.blocked" while findings block it, "timetable.error.same"
// when nothing has changed, "timetable.error.looked" when it has changed since it was
// looked at.
func (s *Service) Release(ctx context.Context, a core.Actor, set *editions.Setting, in ReleaseInput) (Release, error) {
	var r Release
	if err := check(a, set, "release"); err != nil {
		return r, err
	}
	in.Note = in.Note.Clean()
	if err := core.Validate(in).Err(); err != nil {
		return r, err
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		b, err := s.fresh(ctx, tx, set)
		if err != nil {
			return err
		}
		if n := b.Blocking(); n > 0 {
			return core.Conflict("timetable.error.blocked", "Count", n)
		}
		d := draftOf(set, b.Items, tx.Now)
		if in.Digest != "" && in.Digest != d.digest() {
			return core.Conflict("timetable.error.looked")
		}
		if len(d.Publish) == 0 {
			return core.Conflict("timetable.error.same")
		}
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		r, err = s.releaseTx(ctx, tx, a, set, d, in)
		return err
	})
	return r, err
}

func (s *Service) releaseTx(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting, d Draft, in ReleaseInput) (Release, error) {
	var last int
	if err := tx.NewSelect().Model((*Release)(nil)).ColumnExpr("COALESCE(MAX(number), 0)").Where("edition = ?", set.ID).Scan(ctx, &last); err != nil {
		return Release{}, fmt.Errorf("number release: %w", err)
	}
	r := Release{
		ID: tx.NewID(), Edition: set.ID, Number: last + 1, Note: in.Note, Counts: d.Counts, SHA256: hash(d.Slots), ByName: a.Name, At: tx.Now, Quiet: in.Quiet,
	}
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return r, fmt.Errorf("add release: %w", err)
	}
	for i := range d.Slots {
		d.Slots[i].Release = r.ID
	}
	for i := range d.Changes {
		d.Changes[i].Release = r.ID
	}
	if err := insert(ctx, tx, d.Slots); err != nil {
		return r, err
	}
	if err := insert(ctx, tx, d.Changes); err != nil {
		return r, err
	}
	if err := s.Programme.ReleaseTx(ctx, tx, set, d.Publish); err != nil {
		return r, err
	}
	tx.Append("programme.released", r.ID, set.Scope(), visibility(set), record.Data{
		"label": set.Name, "number": r.Number, "note": r.Note, "counts": r.Counts, "edition": set.ID, "quiet": r.Quiet,
	})
	r.Changes = d.Changes
	return r, nil
}

func visibility(set *editions.Setting) record.Visibility {
	if set.State == editions.StateDraft {
		return record.Internal
	}
	return record.Public
}

// chunk is how many rows are written at once.
const chunk = 200

func insert[T any](ctx context.Context, tx *record.Tx, rows []T) error {
	for len(rows) > 0 {
		n := min(len(rows), chunk)
		part := rows[:n]
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("keep release: %w", err)
		}
		rows = rows[n:]
	}
	return nil
}

// fresh is the board inside a write: the kept one where it is as new as the write sees.
func (s *Service) fresh(ctx context.Context, tx *record.Tx, set *editions.Setting) (*Board, error) {
	b, err := s.board(ctx, set)
	if err != nil {
		return nil, err
	}
	// The write waits for its turn: what was written before it may not be in the board yet.
	placed, err := loadPlaced(ctx, tx, set.ID)
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, len(b.Items))
	for i := range b.Items {
		ids[i] = b.Items[i].ID
	}
	if len(ids) == 0 {
		return b, nil
	}
	sessions, err := s.Programme.BriefsTx(ctx, tx, set, ids)
	if err != nil {
		return nil, err
	}
	for i := range b.Items {
		it := &b.Items[i]
		p, ok := placed[it.ID]
		if ok != it.Touched || ok && p.Version != it.Plan.Version || sessions[it.ID].Version != it.Version {
			return nil, core.Conflict("timetable.error.looked")
		}
	}
	return b, nil
}

// Releases lists the releases of an edition, the newest first. Everybody who sees it.
func (s *Service) Releases(ctx context.Context, a core.Actor, set *editions.Setting) ([]Release, error) {
	if err := Policies[1].Check("see", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	var rows []Release
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("edition = ?", set.ID).OrderExpr("number DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	return rows, nil
}

// ReleaseOf gives one release with what it changed. Everybody who sees the edition.
func (s *Service) ReleaseOf(ctx context.Context, a core.Actor, set *editions.Setting, number int) (Release, error) {
	var r Release
	if err := Policies[1].Check("see", "", a.Roles(set.Scope())...); err != nil {
		return r, err
	}
	if err := s.rec.DB.Read.NewSelect().Model(&r).Where("edition = ? AND number = ?", set.ID, number).Scan(ctx); err != nil {
		return r, record.Found(err)
	}
	r.Changes = []Change{}
	if err := s.rec.DB.Read.NewSelect().Model(&r.Changes).Where("release = ?", r.ID).OrderExpr("position").Scan(ctx); err != nil {
		return r, fmt.Errorf("load changes: %w", err)
	}
	return r, nil
}

// SlotsOf is the programme as a release has it. Everybody who sees the edition.
func (s *Service) SlotsOf(ctx context.Context, release core.ID) ([]Slot, error) {
	rows := []Slot{}
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("release = ?", release).OrderExpr("position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load programme of a release: %w", err)
	}
	return rows, nil
}

// changesOf are the changes of releases, by release.
func (s *Service) changesOf(ctx context.Context, list []Release) (map[core.ID][]Change, error) {
	out := map[core.ID][]Change{}
	if len(list) == 0 {
		return out, nil
	}
	ids := make([]core.ID, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	var rows []Change
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("release IN (?)", bun.List(ids)).OrderExpr("position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load changes: %w", err)
	}
	for _, r := range rows {
		out[r.Release] = append(out[r.Release], r)
	}
	return out, nil
}
