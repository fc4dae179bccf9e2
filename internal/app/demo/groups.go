package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
)

// roleAccounts are the demo's accounts by their roles.
func (b *builder) roleAccounts() (map[string]authn.Account, error) {
	list, err := b.Authn.DemoAccounts(b.ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]authn.Account{}
	for _, a := range list {
		out[a.DemoRole] = a
	}
	return out, nil
}

// groups are what the desk of the registrations has beside them: delegations, remote hubs,
// letters, notes, rules, and the papers of a journalist.
func (b *builder) groups() error {
	defer b.clock.Freeze(b.start.Time())
	roles, err := b.roleAccounts()
	if err != nil {
		return err
	}
	if b.set, err = b.Editions.Setting(b.ctx, actor, b.set.Slug); err != nil {
		return err
	}
	staff := roles["secretariat"].Actor()
	for _, do := range []func(map[string]authn.Account) error{b.delegations, b.hubs, b.letters} {
		if err := do(roles); err != nil {
			return err
		}
	}
	return b.deskWork(staff)
}

func (b *builder) delegations(roles map[string]authn.Account) error {
	staff := roles["secretariat"].Actor()
	ask := func(days int, focal core.Actor, in participation.DelegationInput) (core.ID, error) {
		b.clock.Freeze(b.before(days))
		d, err := b.Participation.AskDelegation(b.ctx, focal, b.set, in)
		return d.ID, err
	}
	approve := func(id core.ID, in participation.DelegationDecision) error {
		b.clock.Freeze(b.clock.Now().Add(26 * time.Hour))
		in.Version, in.State = 1, participation.GroupApproved
		return b.Participation.DecideDelegation(b.ctx, staff, b.set, id, in)
	}
	first := roles["organiser"].Actor()
	trusted, err := ask(60, first, participation.DelegationInput{
		Name: "Network of Open Libraries", Country: "KE", Stakeholder: "civil-society", Most: 40,
		Note: "Librarians of nine countries. We have sent delegations for six years.",
	})
	if err != nil {
		return err
	}
	if err := approve(trusted, participation.DelegationDecision{Trusted: true, Most: 40}); err != nil {
		return err
	}
	var lines strings.Builder
	lines.WriteString("name,email,title,mode\n")
	for i, p := range b.corpus.Crowd(6)[:6] {
		mode := participation.ModeOnline
		if i < 2 {
			mode = participation.ModeOnsite // the category is full: they wait for a place
		}
		_, _ = fmt.Fprintf(&lines, "%s,delegate%d@crowd.example,Librarian,%s\n", p.Name, i+1, mode)
	}
	if _, err := b.Participation.AddMembers(b.ctx, first, b.set, trusted, "en", lines.String()); err != nil {
		return err
	}
	second, err := ask(40, roles["participant"].Actor(), participation.DelegationInput{
		Name: "Students for an Open Internet", Stakeholder: "civil-society", Most: 20, Note: "Students of five universities who travel together.",
	})
	if err != nil {
		return err
	}
	if err := approve(second, participation.DelegationDecision{Most: 20}); err != nil {
		return err
	}
	code, err := b.Participation.NewCode(b.ctx, roles["participant"].Actor(), b.set, second)
	if err != nil {
		return err
	}
	for _, a := range b.joining {
		b.clock.Freeze(b.clock.Now().Add(5 * time.Hour))
		if _, err := b.Participation.Join(b.ctx, a, b.set, code, "demo"); err != nil {
			return fmt.Errorf("join: %w", err)
		}
	}
	_, err = ask(2, first, participation.DelegationInput{
		Name: "Regional Association of Network Operators", Stakeholder: "technical-community", Most: 12,
		Note: "Twelve engineers who join the last two days online.",
	})
	return err
}

func (b *builder) hubs(roles map[string]authn.Account) error {
	staff := roles["secretariat"].Actor()
	days := b.set.Days()
	for i, h := range []participation.HubInput{
		{Name: "University library, hall 2", City: "Port Vila", Country: "VU", Zone: "Pacific/Efate", Address: "Main entrance, first floor", Expected: 35, Open: true, Shown: true, About: en("Everybody is welcome. There is a screen, a microphone and coffee.")},
		{Name: "Community network house", City: "Kathmandu", Country: "NP", Zone: "Asia/Kathmandu", Address: "Ground floor", Expected: 60, Open: true, About: en("We follow the sessions on access together, and speak with one voice after each.")},
		{Name: "Hub of the open technology association", City: "Cotonou", Country: "BJ", Zone: "Africa/Porto-Novo", Address: "Meeting room", Expected: 25, Open: true, Shown: true, About: core.NewText("fr", "Ouvert à toutes et à tous, les trois premiers jours.")},
		{Name: "School of engineering", City: "La Paz", Country: "BO", Zone: "America/La_Paz", Expected: 80, Open: true, Note: "Two classes have asked for it."},
	} {
		b.clock.Freeze(b.before(45 - 6*i))
		moderator := roles[[]string{"organiser", "participant", "moderator"}[i%3]].Actor()
		if i == 3 {
			b.clock.Freeze(b.before(1))
		}
		made, err := b.Participation.AskHub(b.ctx, moderator, b.set, h)
		if err != nil {
			return err
		}
		if i == 3 {
			continue // the staff has not answered yet
		}
		b.clock.Freeze(b.clock.Now().Add(30 * time.Hour))
		if err := b.Participation.DecideHub(b.ctx, staff, b.set, made.ID, participation.HubDecision{Version: 1, State: participation.GroupApproved}); err != nil {
			return err
		}
		b.clock.Freeze(b.start.Time())
		if err := b.counts(moderator, made, days[0].Date, h.Expected, i); err != nil {
			return err
		}
	}
	return nil
}

// counts are the heads that a hub has counted so far: of the first day, and in sessions.
func (b *builder) counts(moderator core.Actor, h participation.Hub, day string, expected, n int) error {
	if err := b.Participation.SetHubCount(b.ctx, moderator, b.set, h.ID, day, "", expected-7-n); err != nil {
		return err
	}
	list, err := b.Participation.HubSessions(b.ctx, b.set, day)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(s programme.Brief) bool { return !s.Scheduled() })
	for i := n; i < len(list) && i < n+9; i += 3 {
		if err := b.Participation.SetHubCount(b.ctx, moderator, b.set, h.ID, day, list[i].ID, expected/2+i); err != nil {
			return err
		}
	}
	return nil
}

// letters are the staff's words for them, and those that the demo's participant has made.
func (b *builder) letters(roles map[string]authn.Account) error {
	b.clock.Freeze(b.before(58))
	for _, w := range []struct{ kind, words string }{
		{participation.LetterVisa, "We would be grateful if the visa were issued in time for the opening."},
		{participation.LetterConfirmation, "Please bring an identity document with a photograph to the badge desk."},
		{participation.MailApproved, "The badge desk opens at 8:00 each day. Sessions are also open online."},
		{"signatory", "The Secretariat of the forum"},
	} {
		st, err := b.Participation.Setting(b.ctx, actor, b.set)
		if err != nil {
			return err
		}
		if err := b.Participation.SetWords(b.ctx, actor, b.set, participation.WordsInput{Version: st.Version, Kind: w.kind, Words: en(w.words)}); err != nil {
			return err
		}
	}
	a := roles["participant"].Actor()
	mine, err := b.Participation.Mine(b.ctx, a, b.set)
	if err != nil || mine == nil {
		return fmt.Errorf("the demo's participant is not registered: %w", err)
	}
	b.clock.Freeze(b.before(50))
	for _, kind := range participation.LetterKinds {
		if _, err := b.Participation.Issue(b.ctx, a, b.set, mine.ID, kind, "en"); err != nil {
			return err
		}
	}
	return nil
}

// deskWork are the rules by which registrations are approved, two notes, and the papers of
// somebody who waits for an accreditation.
func (b *builder) deskWork(staff core.Actor) error {
	b.clock.Freeze(b.before(55))
	in, err := b.Participation.RulesOf(b.ctx, staff, b.set)
	if err != nil {
		return err
	}
	in.Rules = []participation.RuleRow{
		{Place: 10, Field: participation.RuleRole, Do: participation.RuleApprove},
		{Place: 20, Field: participation.RuleGroup, In: "media", Do: participation.RuleHold},
	}
	if err := b.Participation.SetRules(b.ctx, staff, b.set, in); err != nil {
		return err
	}
	b.clock.Freeze(b.before(1))
	notes := []string{"She has asked by telephone whether her assistant can come with her. Answered: with a registration of her own.", "The organisation has confirmed by mail that he speaks for it."}
	for _, x := range b.registered {
		if len(notes) == 0 {
			break
		}
		if x.State != participation.StatePending || x.Account != "" {
			continue
		}
		if _, err := b.Participation.AddNote(b.ctx, staff, x, participation.NoteInput{Text: notes[0]}); err != nil {
			return err
		}
		notes = notes[1:]
	}
	i := slices.IndexFunc(b.registered, func(x *participation.Registration) bool { return x.Media && x.State == participation.StatePending })
	if i < 0 {
		i = slices.IndexFunc(b.registered, func(x *participation.Registration) bool { return x.Media && x.Live() })
	}
	if i < 0 {
		return nil // none of so few
	}
	x := b.registered[i]
	if err := b.Participation.SetMedia(b.ctx, staff, b.set, x.ID, participation.MediaInput{
		Outlet: "The Evening Post of the Sample", Kind: "online", Links: "https://press.example/articles/1\nhttps://press.example/articles/2",
	}); err != nil {
		return err
	}
	for _, kind := range []string{participation.PaperCard, participation.PaperAssignment} {
		if err := b.Participation.AddPaper(b.ctx, staff, b.set, x.ID, kind, strings.NewReader(samplePDF(kind)), kind+".pdf", "application/pdf"); err != nil {
			return err
		}
	}
	return nil
}

// samplePDF is a page with one line of text.
func samplePDF(words string) string {
	var out strings.Builder
	var at []int
	text := "BT /F1 18 Tf 40 100 Td (Sample: " + words + ") Tj ET"
	out.WriteString("%PDF-1.4\n")
	for i, o := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		at = append(at, out.Len())
		_, _ = fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	_, _ = fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		_, _ = fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	_, _ = fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return out.String()
}
