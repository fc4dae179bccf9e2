package proposals

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// mostOffers is how many offers a proposal keeps at once.
const mostOffers = 50

// Wanted are the profiles of speakers that proposals to the calls of an edition look for:
// of proposals that everybody may read, and, where the call lets them, of those whose
// editors say so; of these nobody learns more than the profile and the call. Anybody may
// ask. After the meeting there is none. The number of queries depends on the number of
// calls and forms only.
func (s *Service) Wanted(ctx context.Context, a core.Actor, set *editions.Setting) ([]Wanted, error) {
	if end := over(set); !end.IsZero() && !s.rec.Clock.Now().Before(end) {
		return nil, nil
	}
	list, err := s.Wants(ctx, a, set)
	if err != nil {
		return nil, err
	}
	byID, forms := map[core.ID]calls.Call{}, map[core.ID]map[int]calls.Form{}
	var ids []core.ID
	for _, c := range list {
		if c.Wanted || c.Public(true, true, s.rec.Clock.Instant()) {
			ids, byID[c.ID], forms[c.ID] = append(ids, c.ID), c, map[int]calls.Form{}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("pr.call IN (?) AND pr.state IN (?)", bun.List(ids), bun.List(seeking)).OrderExpr("pr.call, pr.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load proposals: %w", err)
	}
	var out []Wanted
	for _, p := range rows {
		c := byID[p.Call]
		public := s.open(p, c)
		if !public && !(p.Wanted && c.Wanted) {
			continue
		}
		form, ok := forms[c.ID][p.FormVersion]
		if !ok {
			f, err := s.Calls.Form(ctx, c, p.FormVersion)
			if err != nil {
				return nil, err
			}
			form = f.Form
			forms[c.ID][p.FormVersion] = form
		}
		for _, text := range profiles(p, form, public) {
			x := Wanted{Key: secret(string(p.ID), text), Text: text, Lang: p.Lang, Call: c, of: p.ID, Own: a.SignedIn() && p.Account == a.Account}
			if public {
				shown := p
				shown.Answers, shown.CallRef = nil, c.Ref
				x.Public = &shown
			}
			out = append(out, x)
		}
	}
	// Not by number: the order must not tell whose a profile is.
	slices.SortStableFunc(out, func(x, y Wanted) int { return slices.Compare([]string{x.Call.Ref, x.Key}, []string{y.Call.Ref, y.Key}) })
	return out, s.offered(ctx, a, out)
}

// over is when the last day of a meeting has passed there; zero while no day is known.
func over(set *editions.Setting) time.Time {
	day, err := time.ParseInLocation("2006-01-02", set.LastDay, core.Zone(set.Zone))
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

// Wants are the calls of an edition whose proposals may look for speakers in public, now or
// once they are shown.
func (s *Service) Wants(ctx context.Context, a core.Actor, set *editions.Setting) ([]calls.Call, error) {
	list, err := s.Calls.List(ctx, a, calls.Filter{Edition: set.ID})
	return slices.DeleteFunc(list, func(c calls.Call) bool { return !c.Published || c.Cancelled != "" }), err
}

// offered adds what the actor has offered.
func (s *Service) offered(ctx context.Context, a core.Actor, list []Wanted) error {
	if !a.SignedIn() || len(list) == 0 {
		return nil
	}
	var rows []Offer
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("po.account = ?", a.Account).OrderExpr("po.at").Scan(ctx); err != nil {
		return fmt.Errorf("load offers: %w", err)
	}
	for i := range list {
		for k := range rows {
			if rows[k].Proposal == list[i].of && rows[k].Profile == list[i].Text {
				list[i].Offer = &rows[k]
			}
		}
	}
	return nil
}

// WantedOne is one of Wanted by its key. NotFound where it is not looked for any more.
func (s *Service) WantedOne(ctx context.Context, a core.Actor, set *editions.Setting, key string) (Wanted, error) {
	list, err := s.Wanted(ctx, a, set)
	if err != nil {
		return Wanted{}, err
	}
	i := slices.IndexFunc(list, func(x Wanted) bool { return x.Key == key })
	if i < 0 {
		return Wanted{}, core.NotFound()
	}
	return list[i], nil
}

// OfferSpeaker offers oneself or somebody else for a profile. Whoever has signed in may,
// once for each profile. The editors are told by mail, which holds no address; they see it
// once they take the offer. Event: proposal.speaker_offered. Errors: SignIn, NotFound,
// Invalid, Limited, Conflict.
func (s *Service) OfferSpeaker(ctx context.Context, a core.Actor, set *editions.Setting, key string, in OfferInput) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	x, err := s.WantedOne(ctx, a, set, key)
	if err != nil {
		return err
	}
	if p := in.problems(s.Calls.Known(set)); p.Err() != nil {
		return p.Err()
	}
	acc, err := s.Accounts.ByID(ctx, a.Account)
	if err != nil {
		return err
	}
	o := Offer{
		Proposal: x.of, Profile: x.Text, Account: a.Account, Self: in.Who == offerSelf, Name: in.Name, Email: in.Email,
		Organisation: in.Organisation, Group: in.Group, Country: in.Country, Words: in.Words, State: OfferOpen,
	}
	if o.Self {
		o.Name, o.Email = acc.Name, acc.Email
	}
	if err := s.tell.Allow(string(a.Account)); err != nil {
		return err
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		found, err := s.partiesAndProposalTx(ctx, tx, x.of)
		if err != nil {
			return err
		}
		if found.editedBy(a, keys) {
			return core.Conflict("wanted.error.own")
		}
		var rows []Offer
		if err := tx.NewSelect().Model(&rows).Where("po.proposal = ?", x.of).Scan(ctx); err != nil {
			return fmt.Errorf("load offers: %w", err)
		}
		open := 0
		for _, r := range rows {
			if r.Account == a.Account && r.Profile == o.Profile {
				return core.Conflict("wanted.error.twice")
			}
			if r.State == OfferOpen {
				open++
			}
		}
		if open >= mostOffers {
			return core.Conflict("wanted.error.many")
		}
		o.ID, o.At = tx.NewID(), tx.Now
		if _, err := tx.NewInsert().Model(&o).Exec(ctx); err != nil {
			return fmt.Errorf("keep offer: %w", err)
		}
		tx.Append("proposal.speaker_offered", x.of, x.Call.Scope(), record.Internal, record.Data{"label": x.Call.Title, "call": x.Call.Ref})
		told, err := s.tellEditorsTx(ctx, tx, found, "proposal_offer", string(o.ID), "Name", o.Name, "By", acc.Name, "Organisation", o.Organisation, "Profile", o.Profile, "Words", o.Words,
			"Title", found.Title, "URL", s.BaseURL+found.Path()+"#offers")
		if err == nil && !told {
			err = core.Conflict("wanted.error.nobody")
		}
		return err
	})
}

// Seek says whether the profiles of a proposal that is not public stand where everybody
// looks. Its editors may, where the call lets them. Event: proposal.sought, which names
// the call only.
func (s *Service) Seek(ctx context.Context, a core.Actor, id core.ID, on bool) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("seek", v.State, v.Roles...); err != nil {
			return err
		}
		if on && !v.Of.Wanted {
			return core.Conflict("wanted.error.call")
		}
		// The version stays: what others type in the form is not touched.
		if _, err := tx.NewUpdate().Model((*Proposal)(nil)).Set("wanted = ?", on).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("look for speakers: %w", err)
		}
		tx.Append("proposal.sought", v.ID, v.Of.Scope(), record.Internal, record.Data{"label": v.Of.Title, "call": v.Of.Ref})
		return nil
	})
}

// Offers are what was offered to a proposal, the newest first, without addresses. Its
// editors may ask; others get none.
func (s *Service) Offers(ctx context.Context, v View) ([]Offer, error) {
	if !slices.Contains(v.Roles, core.RoleOrganiser) {
		return nil, nil
	}
	var rows []Offer
	if err := s.rec.DB.Read.NewSelect().Model(&rows).ExcludeColumn("email").Where("po.proposal = ?", v.ID).OrderExpr("po.at DESC, po.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load offers: %w", err)
	}
	return rows, nil
}

// TakeOffer puts who was offered among the speakers of the form, and asks her by mail like
// everybody who is named; or sets the offer aside. The editors may: taking, as they may
// save. What an editor has typed and not saved stays. Event: proposal.changed, when taken.
// Errors: those of Save, Conflict where it was answered or the form has no room.
func (s *Service) TakeOffer(ctx context.Context, a core.Actor, id, offer core.ID, take bool) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("seek", v.State, v.Roles...); err != nil {
			return err
		}
		var o Offer
		if err := tx.NewSelect().Model(&o).Where("po.id = ? AND po.proposal = ?", offer, id).Scan(ctx); err != nil {
			return record.Found(err)
		}
		if o.State != OfferOpen {
			return core.Conflict("wanted.error.answered")
		}
		o.State, o.Answered = OfferAside, tx.Now
		if take {
			o.State = OfferTaken
			if err := s.takeTx(ctx, tx, a, v, o); err != nil {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model(&o).Column("state", "answered").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("answer offer: %w", err)
		}
		return nil
	})
}

func (s *Service) takeTx(ctx context.Context, tx *record.Tx, a core.Actor, v View, o Offer) error {
	form, err := s.Calls.FormTx(ctx, tx, v.Call, v.Of.FormVersion)
	if err != nil {
		return err
	}
	q, ok := place(form.Form, v.Answers)
	if !ok {
		return core.Conflict("wanted.error.place")
	}
	answers := maps.Clone(v.Answers)
	x := answers[q.Key]
	_, key, _ := mail.Address(o.Email) // it was checked when it came
	for _, p := range x.People {
		if _, have, _ := mail.Address(p.Email); have != "" && have == key {
			return core.Conflict("wanted.error.there")
		}
	}
	x.People = append(slices.Clone(x.People), calls.Person{
		Key: string(tx.NewID()), Name: o.Name, Email: o.Email, Organisation: o.Organisation, Group: o.Group, Country: o.Country,
	})
	answers[q.Key] = x
	_, err = s.saveTx(ctx, tx, a, v.ID, SaveInput{Version: v.Version, Lang: v.Lang, Answers: answers})
	if core.KindOf(err) == core.KindInvalid {
		return core.Conflict("wanted.error.form")
	}
	return err
}

// edited is a proposal with the people whom it names.
type edited struct {
	Proposal
	parties []Party
}

func (s *Service) partiesAndProposalTx(ctx context.Context, tx *record.Tx, id core.ID) (edited, error) {
	var e edited
	if err := tx.NewSelect().Model(&e.Proposal).Where("pr.id = ?", id).Scan(ctx); err != nil {
		return e, record.Found(err)
	}
	parties, err := partiesOf(ctx, tx, id)
	e.parties = parties[id]
	return e, err
}

func (e edited) editedBy(a core.Actor, keys []string) bool {
	return e.Account == a.Account || slices.ContainsFunc(e.parties, func(x Party) bool {
		return x.editor() && (slices.Contains(keys, x.EmailKey) || x.Person != "" && x.Person == a.Person)
	})
}

// editor tells whether somebody who is named edits the proposal too.
func (p Party) editor() bool { return !p.Gone && p.Means == calls.MeansOwner && p.State == Confirmed }

// tellEditorsTx writes to the editors of a proposal, in each one's language; told is false
// where nobody can be written to: it came in a data package, or the account is closed.
func (s *Service) tellEditorsTx(ctx context.Context, tx *record.Tx, e edited, kind, ref string, args ...any) (told bool, err error) {
	acc, err := s.proposer(ctx, e.Proposal)
	if err != nil {
		return false, err
	}
	type to struct{ email, name, lang string }
	var all []to
	if !acc.Disabled {
		all = append(all, to{acc.Email, acc.Name, acc.Lang})
	}
	for _, x := range e.parties {
		if x.editor() && x.EmailKey != "" && x.EmailKey != acc.EmailKey {
			all = append(all, to{x.Email, x.Name, e.Lang})
		}
	}
	for i, t := range all {
		m := mail.Message{ID: fmt.Sprintf("%s/%s/%d", kind, ref, i), Kind: kind, To: t.email, ToName: t.name, Lang: t.lang}
		m.Subject, m.Text = s.Mail.Compose(t.lang, kind, args...)
		if err := s.Mail.QueueTx(ctx, tx, m); err != nil { // a handful
			return false, err
		}
	}
	return len(all) > 0, nil
}
