package reports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const handOverMail = "report_hand_over"

// mostHelpers is how many people may hold a report at a time beside its rapporteur.
const mostHelpers = 5

// HandInput is the form by which a report is handed over: to a person of the session, or
// to whoever has an e-mail address.
type HandInput struct {
	Person string `form:"person" ui:"select"`
	Email  string `form:"email" ui:"email" max:"200"`
	Note   string `form:"note" ui:"area" max:"500"`
}

// Helpers are those to whom the report of a session was handed over, the latest first.
// Those who may see its drafts may ask.
func (s *Service) Helpers(ctx context.Context, a core.Actor, ses *programme.Session) ([]Helper, error) {
	roles, err := s.Roles(ctx, a, ses)
	if err != nil {
		return nil, err
	}
	if err := policy.Check("see", StateDraft, roles...); err != nil {
		return nil, err
	}
	return helpersOf(ctx, s.rec.DB.Read, ses.ID)
}

func helpersOf(ctx context.Context, idb bun.IDB, sessions ...core.ID) ([]Helper, error) {
	var out []Helper
	if err := idb.NewSelect().Model(&out).Where("rh.session IN (?) AND rh.ended IS NULL", bun.List(sessions)).
		OrderExpr("rh.given DESC, rh.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load who took over reports: %w", err)
	}
	return out, nil
}

// HandOver gives another person a rapporteur's right to the reports of a session, and
// mails her a link. The rapporteur, the organisers and the staff may; the programme does
// not change. Who is named by an address must sign in with it. Event:
// report.handed_over, internal. Errors: Invalid; Conflict where she holds it already;
// Limited.
func (s *Service) HandOver(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in HandInput) (Helper, error) {
	in.Email, in.Note = strings.TrimSpace(in.Email), strings.TrimSpace(in.Note)
	roles, err := s.Roles(ctx, a, ses)
	if err != nil {
		return Helper{}, err
	}
	if err := policy.Check("hand_over", StateDraft, roles...); err != nil {
		return Helper{}, err
	}
	h, lang, name, err := s.candidate(ctx, ses, in)
	if err != nil {
		return h, err
	}
	if err := s.now.Allow(string(a.Account)); err != nil {
		return h, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := helpersOf(ctx, tx, ses.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(o Helper) bool {
			return h.Account != "" && o.Account == h.Account || h.EmailKey != "" && o.EmailKey == h.EmailKey || h.Person != "" && o.Person == h.Person
		}) {
			return core.Conflict("reports.error.holds_already")
		}
		if len(list) >= mostHelpers {
			return core.Conflict("reports.error.many_helpers", "Count", mostHelpers)
		}
		h.ID, h.Edition, h.Session, h.Note = tx.NewID(), set.ID, ses.ID, in.Note
		h.ByAccount, h.ByPerson, h.Given = a.Account, a.Person, tx.Now
		if h.Account != "" {
			h.Taken = tx.Now
		}
		if _, err := tx.NewInsert().Model(&h).Exec(ctx); err != nil {
			return fmt.Errorf("hand report over: %w", err)
		}
		tx.AppendPersonal("report.handed_over", ses.ID, set.Scope(), record.Internal,
			record.Data{"label": ses.Title, "ref": ses.Ref, "person": h.Person, "helper": h.ID}, record.Data{"email": h.Email})
		if s.house.Mail == nil || h.Email == "" {
			return nil
		}
		return s.house.Mail.QueueTx(ctx, tx, s.handOverLetter(a, ses, h, lang, name))
	})
	return h, err
}

// candidate finds out to whom a report is handed over.
func (s *Service) candidate(ctx context.Context, ses *programme.Session, in HandInput) (h Helper, lang, name string, err error) {
	lang = "en"
	var p core.Problems
	switch {
	case in.Person == "" && in.Email == "" || in.Person != "" && in.Email != "":
		p.Add("person", "reports.error.one_of_two")
		return h, lang, name, p.Err()
	case in.Person != "":
		i := slices.IndexFunc(ses.Roles, func(r programme.Role) bool { return r.Person != "" && string(r.Person) == in.Person })
		if i < 0 {
			p.Add("person", "form.unreadable")
			return h, lang, name, p.Err()
		}
		h.Person, name = ses.Roles[i].Person, ses.Roles[i].Name
		if s.house.Accounts == nil {
			return h, lang, name, nil
		}
		accounts, err := s.house.Accounts.ByPerson(ctx, []core.ID{h.Person})
		if acc, ok := accounts[h.Person]; ok && !acc.Disabled {
			h.Account, h.Email, lang = acc.ID, acc.Email, acc.Lang
		}
		return h, lang, name, err
	}
	if h.Email, h.EmailKey, err = mail.Address(in.Email); err != nil {
		p.Add("email", "mail.address.invalid", "Address", in.Email)
		return h, lang, name, p.Err()
	}
	if s.house.Accounts == nil {
		return h, lang, name, nil
	}
	acc, err := s.house.Accounts.ByEmail(ctx, h.Email)
	switch {
	case err == nil && !acc.Disabled:
		h.Account, h.Person, lang, name = acc.ID, acc.Person, acc.Lang, acc.Name
	case err != nil && core.KindOf(err) != core.KindNotFound:
		return h, lang, name, err
	}
	return h, lang, name, nil
}

func (s *Service) handOverLetter(a core.Actor, ses *programme.Session, h Helper, lang, name string) mail.Message {
	title, _ := ses.Title.In(lang)
	note := ""
	if h.Note != "" {
		note = "> " + strings.Join(strings.Fields(h.Note), " ")
	}
	m := mail.Message{ID: "report-hand-over/" + string(h.ID), Kind: handOverMail, To: h.Email, ToName: name, Lang: lang, Useful: 14 * 24 * time.Hour}
	m.Subject, m.Text = s.house.Mail.Compose(lang, handOverMail, "Session", title, "Who", a.Name, "Note", note,
		"Address", s.house.BaseURL+ses.Path()+"/report/take/"+string(h.ID))
	return m
}

// Take makes a report hers to whom it was handed over by mail: the actor's address is
// the one that was named. It may be called again. Event: report.taken_over, internal.
// Errors: SignIn; NotFound where nothing was handed over to her.
func (s *Service) Take(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	var keys []string
	if s.house.Accounts != nil {
		var err error
		if keys, err = s.house.Accounts.Keys(ctx, a.Account); err != nil {
			return err
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := helpersOf(ctx, tx, ses.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(h Helper) bool { return h.ID == id })
		if i < 0 {
			return core.NotFound()
		}
		h := list[i]
		switch {
		case h.is(a) && !h.Taken.IsZero():
			return nil
		case !h.is(a) && (h.EmailKey == "" || !slices.Contains(keys, h.EmailKey)):
			return core.NotFound()
		}
		h.Account, h.Taken = a.Account, tx.Now
		if h.Person == "" {
			h.Person = a.Person
		}
		if _, err := tx.NewUpdate().Model(&h).WherePK().Column("account", "person", "taken").Exec(ctx); err != nil {
			return fmt.Errorf("take report over: %w", err)
		}
		tx.Append("report.taken_over", ses.ID, set.Scope(), record.Internal, record.Data{"label": ses.Title, "ref": ses.Ref, "helper": h.ID})
		return nil
	})
}

// TakeBack ends a hand-over. Who may hand over may, and the one to whom it was handed.
// Event: report.hand_over_ended, internal. NotFound where there is none.
func (s *Service) TakeBack(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := helpersOf(ctx, tx, ses.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(h Helper) bool { return h.ID == id })
		if i < 0 {
			return core.NotFound()
		}
		if !list[i].is(a) {
			roles, err := s.rolesIn(ctx, tx, a, ses)
			if err != nil {
				return err
			}
			if err := policy.Check("hand_over", StateDraft, roles...); err != nil {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model((*Helper)(nil)).Set("ended = ?", tx.Now).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("end hand-over: %w", err)
		}
		tx.Append("report.hand_over_ended", ses.ID, set.Scope(), record.Internal, record.Data{"label": ses.Title, "ref": ses.Ref, "helper": id})
		return nil
	})
}
