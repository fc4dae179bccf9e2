package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const (
	reminderMail = "report_reminder"
	// A reminder whose time has passed by more than this is not sent any more: the next
	// one is, when it comes.
	reminderFresh = 24 * time.Hour
	// How long after an edition its reports are still looked after.
	remindFor = 60 * 24 * time.Hour
	// By hand, a report is reminded of once in this time.
	remindAgain = time.Hour
)

// reminder is one row of what was sent: of a step, to an account. The row without an
// account says that the step is done with.
type reminder struct {
	bun.BaseModel `bun:"table:report_reminders,alias:rr"`

	Session core.ID      `bun:"session,pk"`
	Kind    string       `bun:"kind,pk"`
	Step    string       `bun:"step,pk"`
	Account core.ID      `bun:"account,pk"`
	Edition core.ID      `bun:"edition"`
	Sent    core.Instant `bun:"sent"`
}

// letter is what a mail is about; it is written when it is sent.
type letter struct {
	Kind     string                   `json:"kind"`
	Tone     string                   `json:"tone"` // before, limit, late, escalation, asked
	Edition  core.ID                  `json:"edition"`
	Sessions []core.ID                `json:"sessions"`
	Due      map[core.ID]core.Instant `json:"due"`
}

// Responsible is somebody who answers for a report.
type Responsible struct {
	Person  core.ID
	Name    string
	Role    string
	Path    string
	Account core.ID // empty: she has no account, so no mail reaches her
}

// around is who has to do with the reports of sessions.
type around struct {
	roles    map[core.ID][]programme.Role
	helpers  map[core.ID][]Helper
	byPerson map[core.ID]authn.Account
	byID     map[core.ID]authn.Account
}

// whoFor loads who has to do with the reports of sessions: six queries for any number.
func (s *Service) whoFor(ctx context.Context, sessions []core.ID) (around, error) {
	p := around{helpers: map[core.ID][]Helper{}, byPerson: map[core.ID]authn.Account{}, byID: map[core.ID]authn.Account{}}
	if len(sessions) == 0 {
		return p, nil
	}
	var err error
	if p.roles, err = s.programme.RolesIn(ctx, sessions); err != nil {
		return p, err
	}
	helpers, err := helpersOf(ctx, s.rec.DB.Read, sessions...)
	if err != nil {
		return p, err
	}
	var persons, accounts []core.ID
	for _, h := range helpers {
		p.helpers[h.Session] = append(p.helpers[h.Session], h)
		if h.Account != "" {
			accounts = append(accounts, h.Account)
		}
	}
	for _, list := range p.roles {
		for _, r := range list {
			if k := programme.CoreRole(r.Role); r.Person != "" && (k == core.RoleRapporteur || k == core.RoleOrganiser) {
				persons = append(persons, r.Person)
			}
		}
	}
	slices.Sort(persons)
	if s.house.Accounts == nil {
		return p, nil
	}
	if p.byPerson, err = s.house.Accounts.ByPerson(ctx, slices.Compact(persons)); err != nil {
		return p, err
	}
	p.byID, err = s.house.Accounts.ByIDs(ctx, accounts)
	return p, err
}

// of are those with a role in a session.
func (p around) of(session core.ID, role core.Role) []Responsible {
	var out []Responsible
	for _, r := range p.roles[session] {
		if r.Person == "" || programme.CoreRole(r.Role) != role || slices.ContainsFunc(out, func(o Responsible) bool { return o.Person == r.Person }) {
			continue
		}
		out = append(out, Responsible{Person: r.Person, Name: r.Name, Role: r.Role, Path: r.Path, Account: p.byPerson[r.Person].ID})
	}
	return out
}

// responsible are the rapporteurs of a session and those who took over; where there is
// none, its organisers.
func (p around) responsible(session core.ID) []Responsible {
	out := p.of(session, core.RoleRapporteur)
	for _, h := range p.helpers[session] {
		if h.Account != "" && !slices.ContainsFunc(out, func(o Responsible) bool { return o.Account == h.Account }) {
			out = append(out, Responsible{Person: h.Person, Name: p.byID[h.Account].Name, Role: programme.Rapporteur, Account: h.Account})
		}
	}
	if len(out) == 0 {
		return p.of(session, core.RoleOrganiser)
	}
	return out
}

func (p around) account(id core.ID) (authn.Account, bool) {
	if a, ok := p.byID[id]; ok {
		return a, !a.Disabled
	}
	for _, a := range p.byPerson {
		if a.ID == id {
			return a, !a.Disabled
		}
	}
	return authn.Account{}, false
}

// Remind sends the reminders whose time has come: of each report the last step that has
// come, to everybody whom it names, once. Nothing is sent of what is published. The
// program calls it now and then; any number of processes may. The number of queries
// does not depend on the number of sessions.
func (s *Service) Remind(ctx context.Context) error {
	if s.house.Editions == nil || s.house.Mail == nil || s.house.Accounts == nil {
		return nil
	}
	list, err := s.house.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return err
	}
	now := s.rec.Clock.Instant()
	for _, e := range list {
		days := e.Days()
		if e.State == editions.StateDraft || len(days) == 0 || now.After(e.End().Add(remindFor)) || now.Before(core.At(days[0].Time(e.Zone)).Add(-48*time.Hour)) {
			continue
		}
		set, err := s.house.Editions.SettingByID(ctx, core.Operator, e.ID)
		if err != nil {
			return err
		}
		if err := s.remindEdition(ctx, set); err != nil {
			return fmt.Errorf("reminders of %s: %w", e.Slug, err)
		}
	}
	return nil
}

// coming is a step of a report whose time has come.
type coming struct {
	line Line
	step Step
}

func (s *Service) remindEdition(ctx context.Context, set *editions.Setting) error {
	settings, err := s.Settings(ctx, set.ID)
	if err != nil {
		return err
	}
	now := s.rec.Clock.Instant()
	for _, kind := range []string{Takeaways, Full} {
		lines, err := s.Board(ctx, core.Operator, set, kind)
		if err != nil {
			return err
		}
		var list []coming
		for _, l := range lines {
			if step, ok := stepNow(settings.Steps, kind, l, set.Zone, now); ok {
				list = append(list, coming{l, step})
			}
		}
		if err := s.remindOf(ctx, set, kind, list); err != nil {
			return err
		}
	}
	return nil
}

// stepNow is the last step of a report that has come, if it came not long ago.
func stepNow(steps []Step, kind string, l Line, zone string, now core.Instant) (Step, bool) {
	var best Step
	var at core.Instant
	if l.Due.IsZero() || stateOf(l.Report) == StatePublished || now.Before(l.Session.Ends) && kind == Takeaways {
		return best, false
	}
	for _, x := range steps {
		if x.Kind != kind {
			continue
		}
		if t := x.At(l.Due, zone); !now.Before(t) && !t.Before(at) {
			best, at = x, t
		}
	}
	return best, !at.IsZero() && now.Sub(at) < reminderFresh
}

func (s *Service) remindOf(ctx context.Context, set *editions.Setting, kind string, list []coming) error {
	if len(list) == 0 {
		return nil
	}
	done, err := remindersOf(ctx, s.rec.DB.Read, set.ID, kind)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c coming) bool { return done[reminder{Session: c.line.Session.ID, Step: c.step.Code}.key()] })
	if len(list) == 0 {
		return nil
	}
	sessions := make([]core.ID, len(list))
	staff := false
	for i, c := range list {
		sessions[i] = c.line.Session.ID
		staff = staff || c.step.To == ToStaff || c.step.To == ToEscalation
	}
	who, err := s.whoFor(ctx, sessions)
	if err != nil {
		return err
	}
	var secretariat []authn.Account
	if staff {
		if secretariat, err = s.staff(ctx, set.Scope()); err != nil {
			return err
		}
	}
	return s.rec.Write(ctx, core.Actor{Program: "reminder"}, func(ctx context.Context, tx *record.Tx) error {
		return s.remindTx(ctx, tx, set, kind, list, who, secretariat)
	})
}

// remindTx queues the mails of the steps that nobody has done yet: one to each person,
// with all the reports that it is about.
func (s *Service) remindTx(ctx context.Context, tx *record.Tx, set *editions.Setting, kind string, list []coming, who around, secretariat []authn.Account) error {
	done, err := remindersOf(ctx, tx, set.ID, kind)
	if err != nil {
		return err
	}
	var rows []reminder
	var order []string
	letters := map[string]*letter{}
	to := map[string]authn.Account{}
	add := func(a authn.Account, tone string, c coming) {
		rows = append(rows, reminder{Session: c.line.Session.ID, Kind: kind, Step: c.step.Code, Account: a.ID, Edition: set.ID, Sent: tx.Now})
		k := tone + "/" + c.step.Code + "/" + string(a.ID)
		l := letters[k]
		if l == nil {
			l = &letter{Kind: kind, Tone: tone, Edition: set.ID, Due: map[core.ID]core.Instant{}}
			letters[k], to[k], order = l, a, append(order, k)
		}
		l.Sessions = append(l.Sessions, c.line.Session.ID)
		l.Due[c.line.Session.ID] = c.line.Due
	}
	for _, c := range list {
		if done[reminder{Session: c.line.Session.ID, Step: c.step.Code}.key()] {
			continue
		}
		rows = append(rows, reminder{Session: c.line.Session.ID, Kind: kind, Step: c.step.Code, Edition: set.ID, Sent: tx.Now})
		got := map[core.ID]bool{}
		for _, r := range recipients(c.step.To, who, c.line.Session.ID) {
			if a, ok := who.account(r.Account); ok && !got[a.ID] {
				got[a.ID] = true
				add(a, toneOf(c.step, c.line.Due, tx.Now), c)
			}
		}
		if c.step.To != ToStaff && c.step.To != ToEscalation {
			continue
		}
		for _, a := range secretariat {
			if !got[a.ID] {
				got[a.ID] = true
				add(a, "escalation", c)
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("note reminders: %w", err)
	}
	var mails []mail.Message
	for _, k := range order {
		mails = append(mails, message(letters[k], to[k], k))
	}
	return s.house.Mail.QueueTx(ctx, tx, mails...)
}

func recipients(to string, who around, session core.ID) []Responsible {
	switch to {
	case ToResponsible:
		return who.responsible(session)
	case ToOrganisers, ToEscalation:
		return who.of(session, core.RoleOrganiser)
	}
	return nil
}

func toneOf(step Step, due, now core.Instant) string {
	switch {
	case step.To == ToEscalation || step.To == ToStaff:
		return "escalation"
	case now.Before(due):
		return "before"
	case now.Sub(due) < 5*time.Minute:
		return "limit"
	}
	return "late"
}

func message(l *letter, a authn.Account, key string) mail.Message {
	ref, _ := json.Marshal(l) // plain values always marshal
	return mail.Message{
		ID: "report-reminder/" + l.Kind + "/" + key + "/" + string(l.Sessions[0]), Kind: reminderMail, To: a.Email, ToName: a.Name, Lang: a.Lang,
		Ref: string(ref), Useful: reminderFresh,
	}
}

func (r reminder) key() string { return string(r.Session) + "/" + r.Step + "/" + string(r.Account) }

// remindersOf are the keys of what was sent of one kind in an edition.
func remindersOf(ctx context.Context, idb bun.IDB, edition core.ID, kind string) (map[string]bool, error) {
	var rows []reminder
	if err := idb.NewSelect().Model(&rows).Where("edition = ? AND kind = ?", edition, kind).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reminders: %w", err)
	}
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[r.key()] = true
	}
	return out, nil
}
