package papers

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/people"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// UseFiles hands in where files are kept, while the program is wired.
func (s *Service) UseFiles(b *blob.Store) { s.blobs = b }

// UseMail hands in who sends mails and who knows the addresses of accounts, while the
// program is wired. Without them nobody is asked to confirm.
func (s *Service) UseMail(m *mail.Service, accounts *authn.Service, baseURL string) {
	s.mail, s.accounts, s.baseURL = m, accounts, baseURL
}

func loadEndorsements(ctx context.Context, idb bun.IDB, papers ...core.ID) ([]Endorsement, error) {
	var out []Endorsement
	if len(papers) == 0 {
		return nil, nil
	}
	if err := idb.NewSelect().Model(&out).Where("paper IN (?)", bun.List(papers)).OrderExpr("signed, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load endorsements: %w", err)
	}
	return out, nil
}

// Endorsements are all signatures of a paper, those that do not stand included, the oldest
// first. Who may see the paper may see them.
func (s *Service) Endorsements(ctx context.Context, a core.Actor, id core.ID) ([]Endorsement, error) {
	if _, _, err := s.Get(ctx, a, id); err != nil {
		return nil, err
	}
	return loadEndorsements(ctx, s.rec.DB.Read, id)
}

// SetWindow says from when to when a joint statement may be endorsed. Its coordinators,
// the organisers of its session and the staff may, also again. Event: paper.window_set.
func (s *Service) SetWindow(ctx context.Context, a core.Actor, id core.ID, in WindowInput) (Paper, error) {
	from, until, err := in.read()
	if err != nil {
		return Paper{}, err
	}
	return s.change(ctx, a, id, 0, "set_window", func(_ context.Context, tx *record.Tx, p *Paper) error {
		if p.Kind != Joint {
			return core.Conflict("papers.error.not_joint")
		}
		if in.Version != p.Version {
			return core.Stale(windowOf(*p, in.Zone))
		}
		return s.SetWindowTx(tx, p, from, until, in.Zone)
	})
}

// SetWindowTx is SetWindow inside a write, which saves the paper.
func (s *Service) SetWindowTx(tx *record.Tx, p *Paper, from, until core.Instant, zone string) error {
	type window struct {
		From  core.Instant `json:"paper_endorse_from"`
		Until core.Instant `json:"paper_endorse_until"`
	}
	before := window{p.EndorseFrom, p.EndorseUntil}
	p.EndorseFrom, p.EndorseUntil, p.EndorseZone = from, until, zone
	vis := record.Public
	if !p.Public() {
		vis = record.Internal
	}
	tx.Append("paper.window_set", p.ID, p.Scope, vis, record.Data{"label": p.Title, "changes": record.Changes(before, window{from, until})})
	return nil
}

// Signer is who may sign, and for which organisations of her affiliations of today.
type Signer struct {
	Person        people.Person
	Snapshot      people.Snapshot
	Organisations []people.Affiliation
}

// signer reads who an actor is today. Whoever has no page of her own is told to make one.
func (s *Service) signer(ctx context.Context, a core.Actor) (Signer, error) {
	if !a.SignedIn() {
		return Signer{}, core.SignIn()
	}
	if a.Person == "" {
		return Signer{}, core.Conflict("papers.error.no_person")
	}
	p, err := s.people.Get(ctx, a, a.Person)
	if err != nil {
		return Signer{}, err
	}
	all, err := s.people.Affiliations(ctx, []core.ID{p.ID})
	if err != nil {
		return Signer{}, err
	}
	day := s.rec.Clock.Now().UTC().Format("2006-01-02")
	out := Signer{Person: p, Snapshot: people.SnapshotOf(p, all[p.ID], day)}
	for _, f := range people.On(all[p.ID], day) {
		if f.Organisation != "" && !slices.ContainsFunc(out.Organisations, func(o people.Affiliation) bool { return o.Organisation == f.Organisation }) {
			out.Organisations = append(out.Organisations, f)
		}
	}
	return out, nil
}

// Endorse signs the newest published words of a joint statement while its window is open,
// for the actor herself or for an organisation that she belongs to and says she is entitled
// to sign for. Signing is public: her name, and whom she speaks for today, are shown.
// Signing again confirms later words, or changes the reservation. Event: paper.endorsed or
// paper.endorsement_confirmed. Errors: SignIn, Invalid, Conflict outside the window or
// where the organisation has signed through somebody else; Stale where a later version is
// published than the one that was read: the endorsement that is returned names it.
func (s *Service) Endorse(ctx context.Context, a core.Actor, id core.ID, lang string, in EndorseInput) (Endorsement, error) {
	p, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return Endorsement{}, err
	}
	if err := policy.Check("endorse", p.policyState(), roles...); err != nil {
		return Endorsement{}, err
	}
	who, err := s.signer(ctx, a)
	if err != nil {
		return Endorsement{}, err
	}
	in.Reservation = in.Reservation.Clean()
	e := Endorsement{Revision: in.Version, Account: a.Account, Person: who.Person.ID, Snapshot: who.Snapshot, Group: who.Snapshot.Group, Lang: lang, Reservation: in.Reservation, Para: in.Para}
	probs := core.Validate(in)
	if in.For != "" {
		i := slices.IndexFunc(who.Organisations, func(f people.Affiliation) bool { return f.Organisation == in.For })
		switch {
		case i < 0:
			probs.Add("for", "papers.error.not_member")
		case !in.Entitled:
			probs.Add("entitled", "papers.error.entitled")
		default:
			f := who.Organisations[i]
			e.Organisation, e.OrgName, e.Group, e.Entitled = f.Organisation, f.Of, f.StakeholderGroup(), true
		}
	}
	if err := probs.Err(); err != nil {
		return Endorsement{}, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		e.ID = tx.NewID()
		return s.EndorseTx(ctx, tx, id, &e)
	})
	return e, err
}

// EndorseTx is Endorse inside a write; the caller has asked who signs and for whom, and
// which revision, where that is not 0, was read.
func (s *Service) EndorseTx(ctx context.Context, tx *record.Tx, id core.ID, e *Endorsement) error {
	p, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	if p.Window(tx.Now) != WindowOpen {
		return core.Conflict("papers.error.window")
	}
	rev, err := s.head(ctx, tx, p)
	if err != nil {
		return err
	}
	published := rev.Number
	if rev.Draft() {
		published = rev.Previous
	}
	list, err := loadEndorsements(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	read := e.Revision
	e.Paper, e.Revision, e.State, e.Signed, e.Version = p.ID, published, Signed, tx.Now, 1
	if read != 0 && read != published {
		return core.Stale(nil)
	}
	event := "paper.endorsed"
	for _, old := range list {
		switch {
		case !old.Stands():
		case e.Organisation != "" && old.Organisation == e.Organisation && old.Person != e.Person:
			return core.Conflict("papers.error.signed_already", "Organisation", e.OrgName.String())
		case old.Person == e.Person && old.Organisation == e.Organisation:
			if old.State == Disputed {
				return core.Conflict("papers.error.disputed")
			}
			if err := end(ctx, tx, &old, Followed, ""); err != nil {
				return err
			}
			event = "paper.endorsement_confirmed"
		}
	}
	if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	if err := s.people.PublishTx(ctx, tx, e.Person); err != nil {
		return err
	}
	tx.Append(event, p.ID, p.Scope, record.Public, record.Data{"label": p.Title, "name": e.Name(), "endorsement": e.ID, "revision": e.Revision})
	return nil
}

// end says that a signature no longer counts, or is doubted.
func end(ctx context.Context, tx *record.Tx, e *Endorsement, state, reason string) error {
	was := e.Version
	e.State, e.Reason, e.ActedBy, e.Ended, e.Version = state, reason, tx.Actor.Person, tx.Now, was+1
	if state == Signed {
		e.Ended = core.Instant{}
	}
	stale, err := record.Once(tx.NewUpdate().Model(e).Where("id = ? AND version = ?", e.ID, was).Exec(ctx))
	if err != nil {
		return fmt.Errorf("end endorsement: %w", err)
	}
	if stale {
		return core.Stale(nil)
	}
	return nil
}

// Withdraw takes the actor's own signature back, at any time. It stays in the history and
// among those that were withdrawn. Event: paper.endorsement_withdrawn.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, paper, endorsement core.ID) error {
	p, roles, err := s.Get(ctx, a, paper)
	if err != nil {
		return err
	}
	if err := policy.Check("endorse", p.policyState(), roles...); err != nil {
		return err
	}
	return s.onEndorsement(ctx, a, p, endorsement, func(ctx context.Context, tx *record.Tx, e *Endorsement) error {
		if e.Person != a.Person || a.Person == "" || !e.Stands() {
			return core.NotFound()
		}
		if err := end(ctx, tx, e, Withdrawn, ""); err != nil {
			return err
		}
		tx.Append("paper.endorsement_withdrawn", p.ID, p.Scope, record.Public, record.Data{"label": p.Title, "name": e.Name(), "endorsement": e.ID})
		return nil
	})
}

// Keep disputes or withdraws a signature with a reason that everybody sees, or takes the
// doubt back. The coordinators, the organisers and the staff may. Events:
// paper.endorsement_disputed, paper.endorsement_withdrawn, paper.endorsement_restored.
func (s *Service) Keep(ctx context.Context, a core.Actor, paper, endorsement core.ID, in KeepInput) error {
	p, roles, err := s.Get(ctx, a, paper)
	if err != nil {
		return err
	}
	if err := policy.Check("keep_endorsements", p.policyState(), roles...); err != nil {
		return err
	}
	event := map[string]string{
		Disputed: "paper.endorsement_disputed", Withdrawn: "paper.endorsement_withdrawn", Signed: "paper.endorsement_restored",
	}[in.State]
	probs := core.Validate(in)
	if event == "" && in.State != "" {
		probs.Add("state", "form.required")
	}
	if err := probs.Err(); err != nil {
		return err
	}
	return s.onEndorsement(ctx, a, p, endorsement, func(ctx context.Context, tx *record.Tx, e *Endorsement) error {
		if !e.Stands() {
			return core.Conflict("papers.error.endorsement_ended")
		}
		if in.Version != e.Version {
			return core.Stale(KeepInput{Version: e.Version, State: e.State, Reason: e.Reason})
		}
		if err := end(ctx, tx, e, in.State, in.Reason); err != nil {
			return err
		}
		tx.Append(event, p.ID, p.Scope, record.Public, record.Data{"label": p.Title, "name": e.Name(), "note": in.Reason, "endorsement": e.ID})
		return nil
	})
}

func (s *Service) onEndorsement(ctx context.Context, a core.Actor, p Paper, id core.ID, fn func(ctx context.Context, tx *record.Tx, e *Endorsement) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var e Endorsement
		if err := tx.NewSelect().Model(&e).Where("id = ? AND paper = ?", id, p.ID).Scan(ctx); err != nil {
			return record.Found(err)
		}
		return fn(ctx, tx, &e)
	})
}

// askAgain writes to those who signed other words than are published now, once per person
// and revision: do they still stand behind the text? A version that says the same as the
// one before asks nobody again.
func (s *Service) askAgain(ctx context.Context, tx *record.Tx, p Paper, now documents.Revision, list []Endorsement) error {
	if s.mail == nil || len(list) == 0 || now.Previous == 0 {
		return nil
	}
	before, err := s.docs.Revision(ctx, p.Document, now.Previous)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if sameWords(before, now) {
		return nil
	}
	same := map[int]bool{now.Number: true} // revisions that say the same as the present one
	var persons []core.ID
	langs := map[core.ID]string{}
	for _, e := range list {
		if e.State != Signed {
			continue
		}
		if _, known := same[e.Revision]; !known {
			// As many as there were versions, not as there are endorsers.
			was, err := s.docs.Revision(ctx, p.Document, e.Revision)
			if err != nil && core.KindOf(err) != core.KindNotFound {
				return err
			}
			same[e.Revision] = sameWords(was, now)
		}
		if !same[e.Revision] && !slices.Contains(persons, e.Person) {
			persons = append(persons, e.Person)
			langs[e.Person] = e.Lang
		}
	}
	if len(persons) == 0 {
		return nil
	}
	accounts, err := s.accounts.ByPerson(ctx, persons)
	if err != nil {
		return err
	}
	var mails []mail.Message
	for _, id := range persons {
		acc, ok := accounts[id]
		if !ok || acc.Disabled {
			continue
		}
		lang := acc.Lang
		if lang == "" {
			lang = langs[id]
		}
		subject, text := s.mail.Compose(lang, "paper_confirm", "Title", p.Label(lang), "URL", s.baseURL+"/"+lang+p.Path()+"/endorse")
		mails = append(mails, mail.Message{
			ID:   fmt.Sprintf("paper-confirm:%s:%d:%s", p.ID, now.Number, id),
			Kind: "paper_confirm", To: acc.Email, ToName: acc.Name, Lang: lang, Subject: subject, Text: text,
		})
	}
	return s.mail.QueueTx(ctx, tx, mails...)
}
