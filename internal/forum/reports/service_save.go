package reports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// saving is one state of a report on its way into the database.
type saving struct {
	kind string
	rev  documents.Revise
	// notes are the private notes, where the form had them.
	notes *note
}

// SaveTakeaways keeps what the rapporteur has typed: takeaways and calls with what they
// are pinned to, and her private notes. The crew of the session, those who took over and
// the staff may. On a published report it opens a correction. auto says that the program
// saved, not a person: then no event is appended; the next saving by hand says so.
// Events: report.begun, report.saved (internal). Errors: Invalid with paths of the form;
// Stale when somebody else saved, with the TakeawaysInput as it now stands.
func (s *Service) SaveTakeaways(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in TakeawaysInput, auto bool) (View, error) {
	// Whoever may not write learns it before what she sent is looked at.
	state, head, err := s.head(ctx, ses, Takeaways)
	if err != nil {
		return View{}, err
	}
	if err := s.mayWrite(ctx, a, ses, state); err != nil {
		return View{}, err
	}
	in.clean()
	if err := core.Validate(in).Err(); err != nil {
		return View{}, err
	}
	paras, err := s.resolve(ctx, a, ses, head, &in)
	if err != nil {
		return View{}, err
	}
	sv := saving{kind: Takeaways, rev: documents.Revise{BasedOn: in.Version, Paragraphs: paras, Note: in.Note, Autosave: auto}}
	if in.Desk {
		sv.notes = &note{Session: ses.ID, Words: in.Notes, Version: in.NotesVersion}
	}
	return s.save(ctx, a, set, ses, sv)
}

// SaveFull keeps the full report as typed, like SaveTakeaways.
func (s *Service) SaveFull(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in FullInput, auto bool) (View, error) {
	state, _, err := s.head(ctx, ses, Full)
	if err != nil {
		return View{}, err
	}
	if err := s.mayWrite(ctx, a, ses, state); err != nil {
		return View{}, err
	}
	in.Text = in.Text.Clean()
	p := core.Validate(in)
	in.matched(&p)
	if err := p.Err(); err != nil {
		return View{}, err
	}
	return s.save(ctx, a, set, ses, saving{kind: Full, rev: documents.Revise{BasedOn: in.Version, Paragraphs: in.paragraphs(), Note: in.Note, Autosave: auto}})
}

func (s *Service) mayWrite(ctx context.Context, a core.Actor, ses *programme.Session, state string) error {
	roles, err := s.Roles(ctx, a, ses)
	if err != nil {
		return err
	}
	return checkWrite(state, roles)
}

func checkWrite(state string, roles []core.Role) error {
	action := "write"
	if state == StatePublished {
		action = "correct"
	}
	return policy.Check(action, state, roles...)
}

// head is the newest revision of a report, drafts included; the caller asks the policy.
func (s *Service) head(ctx context.Context, ses *programme.Session, kind string) (string, documents.Revision, error) {
	list, err := s.OfSession(ctx, ses.ID)
	if err != nil {
		return "", documents.Revision{}, err
	}
	r := byKind(list, kind)
	if r == nil {
		return StateNone, documents.Revision{}, nil
	}
	for _, read := range []func(context.Context, ...core.ID) (map[core.ID]documents.Revision, error){s.docs.Draft, s.docs.Published} {
		revs, err := read(ctx, r.Document)
		if err != nil {
			return "", documents.Revision{}, err
		}
		if rev, ok := revs[r.Document]; ok {
			return r.State, rev, nil
		}
	}
	return r.State, documents.Revision{}, nil
}

func (s *Service) save(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, sv saving) (View, error) {
	licence, err := s.licence(ctx, set)
	if err != nil {
		return View{}, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := s.saveTx(ctx, tx, set, ses, sv, licence); err != nil {
			return err
		}
		return s.saveNotes(ctx, tx, sv.notes)
	})
	if err != nil {
		return View{}, s.staleInput(ctx, a, ses, err, sv.kind)
	}
	return s.View(ctx, a, set, ses, sv.kind)
}

// staleInput turns the draft that came with a stale edit into the form's own input.
func (s *Service) staleInput(ctx context.Context, a core.Actor, ses *programme.Session, err error, kind string) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != core.KindStale {
		return err
	}
	var rev documents.Revision
	switch cur := e.Current.(type) {
	case documents.Revision:
		rev = cur
	case *documents.Revision:
		rev = *cur
	case *note:
		if _, rev, err = s.head(ctx, ses, kind); err != nil {
			return err
		}
	default:
		return err
	}
	if kind == Full {
		return core.Stale(fullOf(rev))
	}
	in, err := s.DeskInput(ctx, a, ses, rev)
	if err != nil {
		return err
	}
	return core.Stale(in)
}

func (s *Service) saveTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, sv saving, licence string) (*Report, error) {
	list, err := ofSession(ctx, tx, ses.ID)
	if err != nil {
		return nil, err
	}
	r := byKind(list, sv.kind)
	roles, err := s.rolesIn(ctx, tx, tx.Actor, ses)
	if err != nil {
		return nil, err
	}
	if err := checkWrite(stateOf(r), roles); err != nil {
		return nil, err
	}
	if r == nil {
		doc, err := s.docs.CreateTx(ctx, tx, documents.Create{
			Scope: set.Scope(), Kind: "report", Subject: ses.ID, Title: ses.Title, OrigLang: ses.Title.Orig,
			Stage: sv.kind, Paragraphs: sv.rev.Paragraphs, Licence: licence,
		})
		if err != nil {
			return nil, err
		}
		r = &Report{
			ID: tx.NewID(), Edition: set.ID, Session: ses.ID, Kind: sv.kind, Document: doc.ID, State: StateDraft, Saved: tx.Now,
		}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return nil, fmt.Errorf("begin report: %w", err)
		}
		tx.Append("report.begun", r.ID, set.Scope(), record.Internal, record.Data{"label": ses.Title, "ref": ses.Ref, "kind": sv.kind})
		return r, nil
	}
	rev, err := s.docs.ReviseTx(ctx, tx, r.Document, sv.rev)
	if err != nil {
		return nil, err
	}
	changed := rev.Version != sv.rev.BasedOn
	said := !sv.rev.Autosave && (changed || r.Unsaid)
	if said {
		tx.Append("report.saved", r.ID, set.Scope(), record.Internal, record.Data{"label": ses.Title, "ref": ses.Ref, "kind": sv.kind})
	}
	r.Saved, r.Unsaid = tx.Now, !said && (r.Unsaid || changed)
	if _, err := tx.NewUpdate().Model(r).WherePK().Column("saved", "unsaid").Exec(ctx); err != nil {
		return nil, fmt.Errorf("save report: %w", err)
	}
	return r, nil
}

// saveNotes keeps the private notes. They append no event: nobody else ever sees them.
func (s *Service) saveNotes(ctx context.Context, tx *record.Tx, in *note) error {
	if in == nil {
		return nil
	}
	cur, err := notesOf(ctx, tx, in.Session)
	if err != nil || cur.Words == in.Words {
		return err
	}
	if cur.Version != in.Version {
		return core.Stale(&cur)
	}
	row := note{Session: in.Session, Words: in.Words, Saved: tx.Now, Version: cur.Version + 1}
	if cur.Version == 0 {
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
	} else {
		err = once(tx.NewUpdate().Model(&row).WherePK().Where("version = ?", cur.Version).Exec(ctx))
	}
	if err != nil {
		return fmt.Errorf("save notes: %w", err)
	}
	return nil
}

// once is the error of an update of one version of a row: Stale where another process was
// quicker. What that wrote is seen with the next look.
func once(res sql.Result, err error) error {
	stale, err := record.Once(res, err)
	if err == nil && stale {
		err = core.Stale(nil)
	}
	return err
}

func notesOf(ctx context.Context, idb bun.IDB, session core.ID) (note, error) {
	var list []note
	if err := idb.NewSelect().Model(&list).Where("session = ?", session).Scan(ctx); err != nil {
		return note{}, fmt.Errorf("load notes: %w", err)
	}
	if len(list) == 0 {
		return note{Session: session}, nil
	}
	return list[0], nil
}
