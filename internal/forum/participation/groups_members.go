package participation

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Member is somebody in a delegation as its focal point sees her: nothing that is her own
// (needs, visa, gender, answers) is loaded. Her address is told only until she has taken
// the registration over herself: it is what the focal point typed.
type Member struct {
	bun.BaseModel `bun:"table:registrations,alias:rg"`

	ID       core.ID      `bun:"id,pk" json:"-"`
	Number   int          `bun:"number" json:"number"`
	Account  core.ID      `bun:"account" json:"-"`
	Email    string       `bun:"email" json:"email,omitempty" doc:"as typed, until she has confirmed"`
	State    string       `bun:"state" json:"state"`
	Recheck  bool         `bun:"recheck" json:"-"`
	Mode     string       `bun:"mode" json:"mode"`
	Category core.ID      `bun:"category" json:"-"`
	Name     string       `bun:"name" json:"name"`
	Title    string       `bun:"title" json:"title,omitempty"`
	Conduct  core.Instant `bun:"conduct" json:"-"`
	Reason   core.Text    `bun:"reason" json:"-"`
	Version  int64        `bun:"version" json:"version"`
}

// Waits tells whether she has still to complete what somebody else registered for her.
func (m *Member) Waits() bool { return m.Account == "" && slices.Contains(memberStates, m.State) }

// Members are the people of a delegation for its focal point and the staff, by name. More
// than a delegation can have are never asked for.
func (s *Service) Members(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Delegation, []Member, error) {
	d, err := s.Delegation(ctx, a, set, id)
	if err != nil {
		return d, nil, err
	}
	var out []Member
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("rg.delegation = ? AND rg.erased IS NULL", id).OrderExpr("rg.name_key, rg.number").Limit(largestDelegation).Scan(ctx); err != nil {
		return d, nil, fmt.Errorf("list members: %w", err)
	}
	for i := range out {
		if !out[i].Waits() {
			out[i].Email = ""
		}
	}
	return d, out, nil
}

// AddMember registers one person in a delegation; see AddMembers.
func (s *Service) AddMember(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, lang string, in MemberInput) error {
	_, err := s.addMembers(ctx, a, set, id, lang, []MemberLine{{MemberInput: in}}, nil)
	return err
}

// AddMembers registers people in a delegation from a list as MemberLines reads it: all of
// them, or nobody if one line is wrong. Its focal point may, and the staff. Where the
// delegation is trusted they are approved at once (or wait for a place); else the rules of
// the edition judge them. Nothing of them is public, and nobody has accepted the code of
// conduct: each gets a mail with the way to complete and confirm her registration. lang is
// the language in which modes are named, and of the mails. Event of each:
// registration.submitted, and what became of it.
func (s *Service) AddMembers(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, lang, text string) (int, error) {
	lines, p := MemberLines(text)
	if len(lines) == 0 && len(p) == 0 {
		p.Add("lines", "form.required")
	}
	return s.addMembers(ctx, a, set, id, lang, lines, p)
}

// wrongLine notes what is wrong with a person: at the field, or at the list with the line.
func wrongLine(p *core.Problems, m *MemberLine, field, what string, args ...any) {
	if m.Line == 0 {
		p.Add(field, "participation.group.error."+what, args...)
		return
	}
	p.Add("lines", "participation.group.error.line."+what, append([]any{"Line", m.Line}, args...)...)
}

func (s *Service) addMembers(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, lang string, lines []MemberLine, p core.Problems) (int, error) {
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return 0, err
	}
	d, err := s.Delegation(ctx, a, set, id)
	if err != nil {
		return 0, err
	}
	if err := delegationPolicy.Check("add_people", d.State, d.roles(a)...); err != nil {
		return 0, err
	}
	list := s.membersOf(st, &d, lang, lines, &p)
	if p.Err() != nil {
		return 0, p.Err()
	}
	if err := s.enters.Allow("members:" + string(a.Account)); err != nil {
		return 0, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := delegationFor(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		if err := delegationPolicy.Check("add_people", d.State, d.roles(a)...); err != nil {
			return err
		}
		if err := s.roomFor(ctx, tx, &d, list, lines); err != nil {
			return err
		}
		return s.enterMembersTx(ctx, tx, set, st, &d, list)
	})
	return len(list), err
}

// membersOf makes registrations of lines, and notes what is wrong with them.
func (s *Service) membersOf(st *Setting, d *Delegation, lang string, lines []MemberLine, p *core.Problems) []*Registration {
	modes := map[string]string{}
	for _, m := range Modes {
		modes[m] = s.Catalog.T(lang, "participation.mode."+m)
	}
	seen := map[string]int{}
	var list []*Registration
	for i := range lines {
		m := &lines[i]
		m.Name, m.Title = oneLine(m.Name), oneLine(m.Title)
		switch {
		case m.Name == "":
			wrongLine(p, m, "name", "name")
		case utf8.RuneCountInString(m.Name) > 120:
			wrongLine(p, m, "name", "long", "Count", 120)
		}
		if utf8.RuneCountInString(m.Title) > 160 {
			wrongLine(p, m, "title", "long_title", "Count", 160)
		}
		addr, key, err := mail.Address(m.Email)
		switch {
		case err != nil:
			wrongLine(p, m, "email", "email", "Value", m.Email)
		case seen[key] > 0:
			wrongLine(p, m, "email", "twice", "Value", m.Email, "Other", seen[key])
		}
		seen[key] = m.Line
		mode, ok := readMode(m.Mode, modes)
		if !ok {
			wrongLine(p, m, "mode", "mode", "Value", m.Mode)
		}
		c := categoryFor(st, m.Category, mode)
		switch {
		case c == nil:
			wrongLine(p, m, "category", "category", "Value", m.Category)
			continue
		case ok && !c.suits(mode):
			wrongLine(p, m, "mode", "suits_"+c.Mode, "Value", m.Category)
		}
		list = append(list, &Registration{
			Edition: d.Edition, Email: addr, EmailKey: key, Lang: mailLang(lang), Mode: mode, Category: c.ID, Delegation: d.ID, Name: m.Name, Title: m.Title,
			Organisation: d.Name, OrgID: d.Organisation, Country: d.Country, Stakeholder: d.Stakeholder, Media: c.Documents,
		})
	}
	return list
}

// roomFor asks whether so many more may join a delegation, and whether one of them is
// registered already. That an address is known is told to a focal point, whom the staff has
// approved, because she could not go on otherwise; it is told of no more than that.
func (s *Service) roomFor(ctx context.Context, tx *record.Tx, d *Delegation, list []*Registration, lines []MemberLine) error {
	var p core.Problems
	if d.Most > 0 {
		have, err := tx.NewSelect().Model((*Registration)(nil)).Where("rg.delegation = ? AND rg.state IN (?)", d.ID, bun.List(memberStates)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count members: %w", err)
		}
		if int(have)+len(list) > d.Most {
			field := "lines"
			if lines[0].Line == 0 {
				field = "name"
			}
			p.Add(field, "participation.group.error.full", "Count", d.Most, "Have", have)
			return p.Err()
		}
	}
	keys := make([]string, len(list))
	for i, r := range list {
		keys[i] = r.EmailKey
	}
	var known []string
	if err := tx.NewSelect().Model((*Registration)(nil)).Column("email_key").Where("rg.edition = ? AND rg.email_key IN (?)", d.Edition, bun.List(keys)).Scan(ctx, &known); err != nil {
		return fmt.Errorf("look for addresses: %w", err)
	}
	for i, r := range list {
		if slices.Contains(known, r.EmailKey) {
			wrongLine(&p, &lines[i], "email", "registered", "Value", lines[i].Email)
		}
	}
	return p.Err()
}

// enterMembersTx enters people whom a focal point or the staff registers.
func (s *Service) enterMembersTx(ctx context.Context, tx *record.Tx, set *editions.Setting, st *Setting, d *Delegation, list []*Registration) error {
	places := map[core.ID]int{} // how many more can be given now
	wants := map[core.ID]int{}
	for _, r := range list {
		r.State = StatePending
		if s.atOnce(st, d, r) {
			r.State = StateApproved
			wants[r.Category]++
		}
	}
	for category, n := range wants {
		given, err := takePlaces(ctx, tx, category, n)
		if err != nil {
			return err
		}
		places[category] = given
	}
	letters := make([]mail.Message, 0, len(list))
	for _, r := range list {
		r.ID, r.Submitted, r.Updated, r.Version, r.Generation = tx.NewID(), tx.Now, tx.Now, 1, 1
		event := ""
		if r.State == StateApproved {
			event, r.Decided = "approved", tx.Now
			if places[r.Category]--; places[r.Category] < 0 {
				event, r.State, r.Decided, r.Queued = "waiting", StateWaiting, core.Instant{}, tx.Now
			}
		}
		s.derive(set, r)
		if err := insertTx(ctx, tx, r); err != nil {
			return err
		}
		tx.Append("registration.submitted", r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number, "mode": r.Mode})
		if event != "" {
			tx.Append("registration."+event, r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number})
		}
		letters = append(letters, s.letterTo(r, MailConfirm, "1"))
	}
	tx.Append("delegation.people_added", d.ID, Scope(set.ID), record.Internal, record.Data{"number": len(list)})
	return s.Mail.QueueTx(ctx, tx, letters...)
}

// atOnce tells whether a member whom her focal point stands for is approved without the
// staff. Where papers are asked for, the staff always looks at them.
func (s *Service) atOnce(st *Setting, d *Delegation, r *Registration) bool {
	if c := st.Category(r.Category); c == nil || c.Documents {
		return false
	}
	return d.Trusted || st.Ruled(r, nil) == RuleApprove
}

// What a focal point does with members.
const (
	MemberConfirm  = "confirm"
	MemberRefuse   = "refuse"
	MemberWithdraw = "withdraw"
	MemberRelease  = "release" // she stays registered, and is no longer of the delegation
)

// DecideMembers does one thing with members of a delegation, named by their numbers: it
// confirms or refuses those who asked to join it, withdraws members, or takes them out of
// the delegation. Its focal point may, and the staff. Others than its members are passed
// over. A refusal has a reason, which the person reads. It tells how many there were.
func (s *Service) DecideMembers(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, numbers []int, do string, reason core.Text) (int, error) {
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return 0, err
	}
	if reason = reason.Clean(); do == MemberRefuse && reason.IsZero() {
		var p core.Problems
		p.Add("reason", "form.required")
		return 0, p.Err()
	}
	n := 0
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := delegationFor(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		if err := delegationPolicy.Check("add_people", d.State, d.roles(a)...); err != nil {
			return err
		}
		var list []Registration
		q := tx.NewSelect().Model(&list).Where("rg.delegation = ? AND rg.number IN (?)", d.ID, bun.List(append([]int{0}, numbers...)))
		if err := q.OrderExpr("rg.number").Scan(ctx); err != nil {
			return fmt.Errorf("load members: %w", err)
		}
		n, err = s.doMembersTx(ctx, tx, st, &d, list, do, reason)
		return err
	})
	return n, err
}

func (s *Service) doMembersTx(ctx context.Context, tx *record.Tx, st *Setting, d *Delegation, list []Registration, do string, reason core.Text) (int, error) {
	n := 0
	groups := map[string][]*Registration{}
	for i := range list {
		r := &list[i]
		switch {
		case do == MemberConfirm && r.State == StateSubmitted && s.atOnce(st, d, r):
			groups[StateApproved] = append(groups[StateApproved], r)
		case do == MemberConfirm && r.State == StateSubmitted:
			groups[StatePending] = append(groups[StatePending], r)
		case do == MemberRefuse && r.State == StateSubmitted:
			groups[StateDeclined] = append(groups[StateDeclined], r)
		case do == MemberWithdraw && slices.Contains(leaving, r.State):
			groups[StateWithdrawn] = append(groups[StateWithdrawn], r)
		case do == MemberRelease && r.Live():
			if err := s.releaseTx(ctx, tx, r); err != nil {
				return 0, err
			}
			n++
		}
	}
	for _, to := range States {
		if len(groups[to]) == 0 {
			continue
		}
		changed, _, err := s.decideTx(ctx, tx, groups[to], to, reason)
		if err != nil {
			return 0, err
		}
		n += len(changed)
	}
	return n, nil
}

// releaseTx takes somebody out of her delegation. Who waited for its focal point waits for
// the staff now.
func (s *Service) releaseTx(ctx context.Context, tx *record.Tx, r *Registration) error {
	was := *r
	r.Delegation = ""
	if r.State == StateSubmitted {
		r.State = StatePending
	}
	if err := saveTx(ctx, tx, r, was); err != nil {
		return err
	}
	tx.Append("registration.left_delegation", r.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r), "number": r.Number})
	return nil
}
