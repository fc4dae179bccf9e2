package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// picked is a call of workshops with three proposals that passed the screening.
type picked struct {
	*testing.T
	*site.Site
	call  calls.Call
	staff core.Actor
	who   []core.Actor
	ids   []core.ID
}

func (p *picked) ok(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func pick(t *testing.T, s *site.Site) *picked {
	p := &picked{T: t, Site: s}
	ctx := t.Context()
	now := s.Clock.Now()
	p.ok(s.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := s.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum"), Short: "F"}); err != nil {
			return err
		}
		e, err := s.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "Forum 2030"), City: core.NewText("en", "Riverton"), Zone: "UTC", State: editions.StatePublic, FirstDay: "2030-01-01", LastDay: "2030-01-04",
		})
		if err != nil {
			return err
		}
		set, err := s.Editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if err := s.Editions.SetThemesTx(ctx, tx, set, editions.ThemesInput{Version: set.Version, Themes: []editions.ThemeInput{{Name: core.NewText("en", "Access")}}}); err != nil {
			return err
		}
		for i, name := range []string{"Ana Rios", "Ben Okoro", "Chi Lam", "Sara Haddad"} {
			acc, err := s.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("person%d@example.org", i), Name: name, Lang: "en"})
			if err != nil {
				return err
			}
			p.who = append(p.who, acc.Actor())
			if i == 3 {
				if err := s.Authn.GrantTx(ctx, tx, acc.ID, core.RoleSecretariat, core.ScopeForum); err != nil {
					return err
				}
			}
		}
		p.call, err = s.Calls.AddTx(ctx, tx, calls.Input{
			Kind: calls.Workshop, Title: core.NewText("en", "Workshops"), OpenDay: now.AddDate(0, 0, -9).Format(time.DateOnly), OpenTime: "00:00",
			CloseDay: now.AddDate(0, 0, 1).Format(time.DateOnly), CloseTime: "00:00", Zone: "UTC", Audience: calls.Everyone, Shown: "decided", Published: true, Edition: e.ID,
		})
		return err
	}))
	acc, err := s.Authn.ByID(ctx, p.who[3].Account)
	p.ok(err)
	p.staff = acc.Actor()
	set, err := s.Editions.SettingByID(ctx, core.Operator, p.call.Edition)
	p.ok(err)
	for i, title := range []string{"Masts that villages own", "Spectrum for villages", "Schools without a cable"} {
		p.ids = append(p.ids, p.propose(i, title, set.Themes[0].ID))
	}
	return p
}

func (p *picked) propose(n int, title string, theme core.ID) core.ID {
	p.Helper()
	ctx := p.Context()
	form, err := p.Calls.Form(ctx, p.call, p.call.FormVersion)
	p.ok(err)
	x, err := p.Proposals.Begin(ctx, p.who[n], p.call.Ref, "en", "")
	p.ok(err)
	answers := calls.Answers{}
	for _, q := range form.Form.Questions() {
		switch {
		case q.Means == calls.MeansTitle:
			answers[q.Key] = calls.Answer{Text: title}
		case q.Kind == calls.KindThemes:
			answers[q.Key] = calls.Answer{Many: []string{string(theme)}}
		case q.Kind == calls.KindTags:
			answers[q.Key] = calls.Answer{Many: []string{"community networks", "spectrum"}}
		case q.Kind == calls.KindGoals:
			answers[q.Key] = calls.Answer{Many: []string{"9", "4.1"}}
		case q.Means == calls.MeansSpeaker:
			answers[q.Key] = calls.Answer{People: []calls.Person{
				{Key: fmt.Sprintf("a%d", n), Name: "Marek Novak", Email: "marek@example.org", Organisation: "Novak Radio", Group: "private-sector", Country: "CZ", Onsite: "onsite", Asked: true},
				{Key: fmt.Sprintf("b%d", n), Name: fmt.Sprintf("Late%d Person", n), Email: fmt.Sprintf("late%d@example.org", n), Country: "KE", Onsite: "onsite", Asked: true},
				{Key: fmt.Sprintf("c%d", n), Name: fmt.Sprintf("Silent %d", n), Country: "BR", Onsite: "online", Asked: true},
			}}
		case !q.Required:
		case q.Kind == calls.KindArea:
			answers[q.Key] = calls.Answer{Text: "Villages that run their own networks say what rules would help them: " + title + "."}
		case q.Kind == calls.KindOrganisation:
			answers[q.Key] = calls.Answer{Text: "Village Networks", Place: "NP"}
		case q.Kind == calls.KindChoice:
			answers[q.Key] = calls.Answer{Text: q.Options[0].Code}
		case q.Kind == calls.KindChoices:
			answers[q.Key] = calls.Answer{Many: []string{q.Options[0].Code}}
		case q.Kind == calls.KindCheck:
			answers[q.Key] = calls.Answer{Text: "true"}
		case q.Kind == calls.KindPeople:
			answers[q.Key] = calls.Answer{People: []calls.Person{{Key: fmt.Sprintf("%s%d", q.Key, n), Name: fmt.Sprintf("Helper %d", n), Country: "NP", Onsite: "onsite", Asked: true}}}
		case q.Kind == calls.KindText:
			answers[q.Key] = calls.Answer{Text: "As the description says"}
		}
	}
	saved, err := p.Proposals.Save(ctx, p.who[n], x.ID, proposals.SaveInput{Version: x.Version, Lang: "en", Answers: answers, Submit: true, Ask: true})
	p.ok(err)
	p.confirm("Marek Novak", saved.ID)
	over := map[string]string{}
	found, err := p.Proposals.Screening(ctx, p.staff, p.call)
	p.ok(err)
	for _, r := range found {
		for _, f := range r.Findings {
			if r.ID == saved.ID && f.Outcome != proposals.Holds {
				over[f.Rule] = "Seen by the secretariat."
			}
		}
	}
	v, err := p.Proposals.Get(ctx, p.staff, saved.ID)
	p.ok(err)
	p.ok(p.Proposals.Judge(ctx, p.staff, saved.ID, proposals.ScreenInput{Version: v.Version, To: proposals.StateEligible, Overruled: over}))
	return saved.ID
}

// confirm has somebody agree to be named, by the link in the last mail that names her.
func (p *picked) confirm(name string, proposal core.ID) {
	p.Helper()
	_, err := p.Mail.SendDue(p.Context())
	p.ok(err)
	token := p.invitation(name, proposal)
	p.ok(p.Proposals.Answer(p.Context(), token, proposals.StatementInput{Confirm: true, Name: name, Organisation: "Novak Radio", Group: "private-sector", Country: "CZ", Gender: proposals.Man, Onsite: "onsite"}))
}

// Accepted proposals become sessions with the people who have agreed to be named; one that
// was merged is tied to the other's; who agrees later joins; nobody becomes two persons.
func TestAcceptedBecomeSessions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := site.Empty(t, url, func(c *app.Config) { c.Demo = true }) // mails are caught, and can be read
		p := pick(t, s)
		ctx := t.Context()
		ref := p.call.Ref
		m, err := s.Selection.Recommend(ctx, p.staff, ref, selection.MergerInput{One: 1, Two: 2, Words: "Both speak of villages."})
		p.ok(err)
		choose := func(number int, in selection.ChoiceInput) error {
			return s.Selection.Choose(ctx, p.staff, ref, number, in)
		}
		if err := choose(2, selection.ChoiceInput{Choice: selection.Merge, Target: string(p.ids[0])}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("merged without being asked: %v", err)
		}
		m, err = s.Selection.Agree(ctx, p.who[0], m.ID, p.ids[0], selection.AgreeInput{Version: m.Version, Says: selection.SaysYes})
		p.ok(err)
		if _, err := s.Selection.Agree(ctx, p.who[0], m.ID, p.ids[1], selection.AgreeInput{Version: m.Version, Says: selection.SaysYes}); err == nil {
			t.Error("one side answers for the other")
		}
		_, err = s.Selection.Agree(ctx, p.who[1], m.ID, p.ids[1], selection.AgreeInput{Version: m.Version, Says: selection.SaysYes})
		p.ok(err)
		p.ok(choose(1, selection.ChoiceInput{Choice: selection.Accept}))
		p.ok(choose(2, selection.ChoiceInput{Choice: selection.Merge, Target: string(p.ids[0])}))
		p.ok(choose(3, selection.ChoiceInput{Choice: selection.Offer, Type: "lightning"}))
		if got := p.state(p.ids[0]); got != proposals.StateEligible {
			t.Errorf("before it is published it is %s", got)
		}
		b, err := s.Selection.Board(ctx, p.staff, ref, nil)
		p.ok(err)
		_, err = s.Selection.Publish(ctx, p.staff, ref, selection.PublishInput{Digest: b.Digest, Sure: true})
		p.ok(err)
		for i, want := range []string{proposals.StateAccepted, proposals.StateMerged, proposals.StateOffered} {
			if got := p.state(p.ids[i]); got != want {
				t.Errorf("proposal %d is %s, want %s", i+1, got, want)
			}
		}
		x := p.session(p.ids[0])
		if x.Ref != "ws1" || x.State != programme.StateDraft || x.Title.String() != "Masts that villages own" || x.Theme == "" || !slices.Equal(x.SDGs, []int{4, 9}) || len(x.Tags) != 2 {
			t.Errorf("the session is %+v", x)
		}
		if y := p.session(p.ids[1]); y.ID != x.ID {
			t.Error("the merged proposal has a session of its own")
		}
		crew := func(id core.ID) []string {
			var out []string
			for _, r := range p.session(id).Roles {
				out = append(out, r.Role+" "+r.Name)
			}
			return out
		}
		if got, want := crew(p.ids[0]), []string{"organiser Ana Rios", "organiser Ben Okoro", "speaker Marek Novak"}; !slices.Equal(got, want) {
			t.Errorf("in it are %q, want %q", got, want)
		}
		origins, err := s.Selection.Origins(ctx, p.staff, x.ID)
		p.ok(err)
		if len(origins) != 2 {
			t.Errorf("it came from %d proposals", len(origins))
		}
		// The organiser edits her session as soon as it is there; others do not know of it.
		if page := s.AsAccount(t, p.who[1].Account).Get(x.Path()); page.Status != http.StatusOK {
			t.Errorf("her session answers %d", page.Status)
		}
		if page := s.Visitor(t).Get(x.Path()); page.Status != http.StatusNotFound {
			t.Errorf("a draft answers %d to a visitor", page.Status)
		}
		// Taken later, the offer becomes a session; who agrees later joins it, once.
		d, err := s.Selection.VerdictOf(ctx, p.who[2], p.ids[2])
		p.ok(err)
		p.ok(s.Selection.Answer(ctx, p.who[2], p.ids[2], selection.AnswerInput{Version: d.Version, Yes: true}))
		y := p.session(p.ids[2])
		if y.Ref != "lt1" || p.state(p.ids[2]) != proposals.StateAccepted {
			t.Errorf("the offer became %s, %s", y.Ref, p.state(p.ids[2]))
		}
		if err := s.Selection.Answer(ctx, p.who[2], p.ids[2], selection.AnswerInput{Version: d.Version + 1}); core.KindOf(err) != core.KindConflict {
			t.Errorf("answered twice: %v", err)
		}
		p.confirm("Late2 Person", p.ids[2])
		if got, want := crew(p.ids[2]), []string{"organiser Chi Lam", "speaker Marek Novak", "speaker Late2 Person"}; !slices.Equal(got, want) {
			t.Errorf("in it are %q, want %q", got, want)
		}
		// Who was taken out of a session does not come back when somebody else joins it.
		p.ok(s.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewDelete().Table("session_roles").Where("session = ? AND role = ?", x.ID, programme.Speaker).Exec(ctx)
			return err
		}))
		s.Clock.Freeze(s.Clock.Now().Add(time.Minute))
		p.confirm("Late0 Person", p.ids[0])
		if got, want := crew(p.ids[0]), []string{"organiser Ana Rios", "organiser Ben Okoro", "speaker Late0 Person"}; !slices.Equal(got, want) {
			t.Errorf("in it are %q, want %q", got, want)
		}
		p.ok(p.Proposals.Answer(ctx, p.invitation("Late2 Person", p.ids[2]), proposals.StatementInput{Reason: "I cannot come."}))
		if got, want := crew(p.ids[2]), []string{"organiser Chi Lam", "speaker Marek Novak"}; !slices.Equal(got, want) {
			t.Errorf("after she has declined, in it are %q, want %q", got, want)
		}
		var n int
		p.ok(s.DB.Read.NewRaw("SELECT COUNT(*) FROM people WHERE name = 'Marek Novak'").Scan(ctx, &n))
		if n != 1 {
			t.Errorf("Marek Novak is %d persons", n)
		}
	})
}

func (p *picked) state(id core.ID) string {
	p.Helper()
	v, err := p.Proposals.Get(p.Context(), p.staff, id)
	p.ok(err)
	return v.State
}

func (p *picked) session(proposal core.ID) *programme.Session {
	p.Helper()
	var id core.ID
	p.ok(p.DB.Read.NewRaw("SELECT session FROM selection_sessions WHERE proposal = ?", proposal).Scan(p.Context(), &id))
	found, err := p.Programme.SessionsByID(p.Context(), core.Operator, []core.ID{id})
	p.ok(err)
	if found[id] == nil {
		p.Fatalf("no session %s", id)
	}
	return found[id]
}

// address is that of somebody in this test: her first name.
func address(name string) string { return strings.ToLower(strings.Fields(name)[0]) + "@example.org" }

// invitation is the token in the last mail that asks somebody about a proposal.
func (p *picked) invitation(name string, proposal core.ID) string {
	p.Helper()
	title := ""
	if v, err := p.Proposals.Get(p.Context(), p.staff, proposal); err == nil {
		title = v.Title
	}
	var rows []struct{ Text string }
	p.ok(p.DB.Read.NewRaw("SELECT text FROM outbox WHERE to_addr = ? ORDER BY created DESC, id DESC", address(name)).Scan(p.Context(), &rows))
	for _, r := range rows {
		for _, word := range strings.Fields(r.Text) {
			if u, err := url.Parse(word); err == nil && u.Path == "/proposals/invited" && strings.Contains(r.Text, title) {
				return u.Query().Get("token")
			}
		}
	}
	p.Fatalf("no mail asks %s about %s", name, title)
	return ""
}
