package participation

import (
	"context"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
)

// Window is the call whose window and further questions are those of the registration, with
// the form in force.
func (s *Service) Window(ctx context.Context, a core.Actor, st *Setting) (calls.Call, calls.StoredForm, error) {
	if st.Call == "" {
		return calls.Call{}, calls.StoredForm{}, core.NotFound()
	}
	call, err := s.Calls.ByID(ctx, a, st.Call)
	if err != nil || call.FormVersion == 0 {
		return call, calls.StoredForm{}, err
	}
	f, err := s.Calls.Form(ctx, call, call.FormVersion)
	return call, f, err
}

// frame is how an edition registers people with its call and the form in force.
type frame struct {
	version int64 // of the edition's scope
	st      *Setting
	call    calls.Call
	form    calls.StoredForm
}

// frameOf gives the frame of an edition, kept until something happens in the edition: places
// that are taken are not part of it.
func (s *Service) frameOf(ctx context.Context, set *editions.Setting) (*frame, error) {
	version := s.rec.Scope(set.Scope()).Load()
	if x, ok := s.frames.Load(set.ID); ok && x.(*frame).version == version {
		return x.(*frame), nil
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	f := &frame{version: version, st: st}
	if st.Call != "" {
		if f.call, f.form, err = s.Window(ctx, core.Operator, st); err != nil {
			return nil, err
		}
	}
	s.frames.Store(set.ID, f)
	return f, nil
}

// Register enters the actor for an edition, while its registration is open. Whoever is
// signed in may, once; the staff may when it is closed. It is approved at once where the
// edition's rules say so and there is a place, else it waits for a place or for the staff.
// Event: registration.submitted, and what became of it. Errors: Invalid, Limited, Conflict
// where the registration is not open or the actor is registered already.
func (s *Service) Register(ctx context.Context, a core.Actor, set *editions.Setting, in Input) (*Registration, error) {
	if err := registering.Check("register", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	f, err := s.frameOf(ctx, set)
	if err != nil {
		return nil, err
	}
	st, form := f.st, f.form
	staff := Manages(a, set.ID)
	switch state := f.call.State(s.rec.Clock.Instant()); {
	case state == calls.StateOpen, staff:
	case state == calls.StateDraft:
		return nil, core.NotFound()
	default:
		return nil, core.Conflict("calls.error.not_open." + state)
	}
	acc, err := s.Accounts.ByID(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	s.keepFiles(&in, nil)
	if p := s.check(set, st, form.Form, &in, nil, staff); p.Err() != nil {
		return nil, p.Err()
	}
	if err := s.enters.Allow(string(a.Account)); err != nil {
		return nil, err
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	r := Registration{Edition: set.ID, Account: a.Account, Person: a.Person, Email: acc.Email, EmailKey: acc.EmailKey, Form: form.Number}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		had, err := tx.NewSelect().Model((*Registration)(nil)).Where("rg.edition = ? AND (rg.account = ? OR rg.email_key IN (?))", set.ID, a.Account, bun.List(keys)).Exists(ctx)
		if err != nil {
			return err
		}
		if had {
			return core.Conflict("participation.error.registered")
		}
		if err := s.filesTx(ctx, tx, in); err != nil {
			return err
		}
		if err := s.enterTx(ctx, tx, set, st, &r, in); err != nil {
			return err
		}
		return s.drafts.ForgetTx(ctx, tx, set.ID, a.Account)
	})
	return &r, err
}

// enterTx enters a registration whose account and address are set, and judges it: by its
// delegation, by the rules, by the places there are.
func (s *Service) enterTx(ctx context.Context, tx *record.Tx, set *editions.Setting, st *Setting, r *Registration, in Input) error {
	in.fill(r, tx.Now)
	r.ID, r.Submitted, r.Updated, r.Version, r.Generation = tx.NewID(), tx.Now, tx.Now, 1, 1
	r.State = StatePending
	if r.Delegation != "" {
		r.State = StateSubmitted
	}
	r.Media = s.media(st, r)
	s.derive(set, r)
	letter, event := MailReceived, ""
	if r.State == StatePending {
		roles, err := s.rolesOf(ctx, tx, set.ID, []core.ID{r.Person})
		if err != nil {
			return err
		}
		if st.Ruled(r, roles[r.Person]) == RuleApprove && r.Category != "" {
			n, err := takePlaces(ctx, tx, r.Category, 1)
			if err != nil {
				return err
			}
			was := *r
			if r.State, r.Decided = StateApproved, tx.Now; n == 0 {
				r.State, r.Decided, r.Queued = StateWaiting, core.Instant{}, tx.Now
			}
			event, letter = told(&was, r.State)
		}
	}
	if err := insertTx(ctx, tx, r); err != nil {
		return err
	}
	data := record.Data{"label": label(r), "number": r.Number, "mode": r.Mode}
	tx.Append("registration.submitted", r.ID, Scope(set.ID), record.Internal, data)
	if event != "" {
		tx.Append("registration."+event, r.ID, Scope(set.ID), record.Internal, data)
	}
	return s.Mail.QueueTx(ctx, tx, s.letterTo(r, letter, "1"))
}

// judgeTx approves a pending registration where the rules say so; else its receipt is sent.
func (s *Service) judgeTx(ctx context.Context, tx *record.Tx, set *editions.Setting, st *Setting, r *Registration) error {
	roles, err := s.rolesOf(ctx, tx, set.ID, []core.ID{r.Person})
	if err != nil {
		return err
	}
	if st.Ruled(r, roles[r.Person]) == RuleApprove {
		_, _, err := s.decideTx(ctx, tx, []*Registration{r}, StateApproved, core.Text{})
		return err
	}
	kind := MailReceived
	if r.Recheck {
		kind = MailRecheck
	}
	return s.Mail.QueueTx(ctx, tx, s.letterTo(r, kind, strconv.FormatInt(r.Version, 10)))
}

func (s *Service) media(st *Setting, r *Registration) bool {
	c := st.Category(r.Category)
	return c != nil && c.Documents
}

// mattering are the fields whose change goes back to approval: who somebody is, for whom
// she comes, and where she takes a place.
func mattering(was, now *Registration) bool {
	return was.Name != now.Name || was.Organisation != now.Organisation || was.Country != now.Country || was.Stakeholder != now.Stakeholder ||
		was.Category != now.Category || !was.OnSite() && now.OnSite()
}

// changedFields names what differs, for the history: the names of fields only, for what
// somebody said is hers.
func changedFields(was, now *Registration) []string {
	out := []string{}
	for name := range record.Changes(was, now) {
		if !slices.Contains([]string{"state", "recheck", "ldc", "lldc", "sids", "transition", "region", "reason", "queued"}, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Correct changes a registration. Whose it is may, at any time but after a removal, and the
// staff on her behalf. What matters (name, organisation, country, group, category, coming to
// the venue) goes back to approval where the edition does not approve by itself: links stay
// good meanwhile. Another category needs a place in it. Event: registration.corrected with
// the names of the fields. Errors: Invalid, Stale with the present Input, NotFound.
func (s *Service) Correct(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in Input) (*Registration, error) {
	f, err := s.frameOf(ctx, set)
	if err != nil {
		return nil, err
	}
	st, form := f.st, f.form
	var r Registration
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.get(ctx, tx, a, set, "rg.id = ?", id)
		if err != nil {
			return err
		}
		if err := policy.Check("correct", was.State, rolesWith(a, was, false)...); err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(InputOf(was))
		}
		s.keepFiles(&in, was.Answers)
		if p := s.check(set, st, form.Form, &in, was, Manages(a, set.ID)); p.Err() != nil {
			return p.Err()
		}
		if err := s.filesTx(ctx, tx, in); err != nil {
			return err
		}
		r = *was
		in.fill(&r, tx.Now)
		if r.Person == "" && a.Account == r.Account {
			r.Person = a.Person
		}
		if form.Number > 0 {
			r.Form = form.Number
		}
		r.Media = s.media(st, &r)
		s.derive(set, &r)
		return s.correctTx(ctx, tx, set, st, &r, *was, in.Reason)
	})
	return &r, err
}

func (s *Service) correctTx(ctx context.Context, tx *record.Tx, set *editions.Setting, st *Setting, r *Registration, was Registration, reason string) error {
	moved := was.Category != r.Category && was.holds()
	if moved {
		n, err := takePlaces(ctx, tx, r.Category, 1)
		if err != nil {
			return err
		}
		if n == 0 {
			var p core.Problems
			p.Add("category", "participation.error.full")
			return p.Err()
		}
	}
	roles, err := s.rolesOf(ctx, tx, set.ID, []core.ID{r.Person})
	if err != nil {
		return err
	}
	again := false
	if mattering(&was, r) && !Manages(tx.Actor, set.ID) && st.Ruled(r, roles[r.Person]) != RuleApprove {
		switch r.State {
		case StateApproved:
			r.State, r.Recheck, again = StatePending, true, true
		case StateCheckedIn, StateAttended:
			r.Recheck, again = true, true
		}
	}
	if was.State == StateDeclined && tx.Actor.Account == was.Account {
		r.State = StatePending // she asks again
	}
	if was.Category != r.Category && was.State == StateWaiting {
		r.State, r.Queued = StatePending, core.Instant{}
	}
	if err := saveTx(ctx, tx, r, was); err != nil {
		return err
	}
	fields := changedFields(&was, r)
	data := record.Data{"label": label(r), "number": r.Number, "fields": fields}
	if reason != "" {
		tx.AppendPersonal("registration.corrected", r.ID, Scope(set.ID), record.Internal, data, record.Data{"reason": reason})
	} else if len(fields) > 0 {
		tx.Append("registration.corrected", r.ID, Scope(set.ID), record.Internal, data)
	}
	if again {
		tx.Append("registration.rechecked_for", r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number})
		if err := s.Mail.QueueTx(ctx, tx, s.letterTo(r, MailRecheck, strconv.FormatInt(r.Version, 10))); err != nil {
			return err
		}
	}
	if moved {
		if err := s.freeTx(ctx, tx, was.Category, 1); err != nil {
			return err
		}
	}
	if r.State == StatePending && !r.Recheck && was.State != StatePending {
		return s.judgeTx(ctx, tx, set, st, r)
	}
	return s.drafts.ForgetTx(ctx, tx, r.ID, tx.Actor.Account)
}

// Withdraw takes a registration back: whose it is, and the staff. Her links end, her place
// goes to who waits. Event: registration.withdrawn.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.get(ctx, tx, a, set, "rg.id = ?", id)
		if err != nil {
			return err
		}
		if err := policy.Check("withdraw", r.State, rolesWith(a, r, false)...); err != nil {
			return err
		}
		_, _, err = s.decideTx(ctx, tx, []*Registration{r}, StateWithdrawn, core.Text{})
		return err
	})
}

// Return takes a withdrawal back, while registration is open: the registration is judged
// anew. Whose it is may. Events: registration.returned, and what became of it.
func (s *Service) Return(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	call, _, err := s.Window(ctx, a, st)
	if err != nil {
		return err
	}
	if state := call.State(s.rec.Clock.Instant()); state != calls.StateOpen {
		return core.Conflict("calls.error.not_open." + state)
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.get(ctx, tx, a, set, "rg.id = ?", id)
		if err != nil {
			return err
		}
		if err := policy.Check("return", was.State, rolesWith(a, was, false)...); err != nil {
			return err
		}
		r := *was
		r.State, r.DuplicateOf = StatePending, ""
		if err := saveTx(ctx, tx, &r, *was); err != nil {
			return err
		}
		tx.Append("registration.returned", r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(&r), "number": r.Number})
		return s.judgeTx(ctx, tx, set, st, &r)
	})
}

// keepFiles takes as files only those that stood or that came with the answers: nobody gets
// at a file of somebody else by its name.
func (s *Service) keepFiles(in *Input, was calls.Answers) {
	for key, x := range in.Answers {
		if x.File == nil || was[key].File != nil && was[key].File.Blob == x.File.Blob ||
			slices.ContainsFunc(in.Files, func(b blob.Blob) bool { return b.ID == x.File.Blob }) {
			continue
		}
		x.File = nil
		in.Answers[key] = x
	}
}

// filesTx keeps the files that came with answers.
func (s *Service) filesTx(ctx context.Context, tx *record.Tx, in Input) error {
	for _, b := range in.Files {
		if err := s.House.Files.RegisterTx(ctx, tx, b); err != nil {
			return err
		}
	}
	return nil
}
