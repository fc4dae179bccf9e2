package proposals_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// house is an empty forum with one edition, an open call for workshops and some accounts.
type house struct {
	*site.Site
	t     *testing.T
	set   *editions.Setting
	staff core.Actor
	ana   core.Actor
	ben   core.Actor
	mag   core.Actor // of the advisory group
	call  calls.Call
}

func open(t *testing.T, url string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, url, func(c *app.Config) { c.Demo = true }), t: t}
	h.Clock.Freeze(time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "Forum 2030"), City: core.NewText("en", "Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic,
			FirstDay: "2030-10-20", LastDay: "2030-10-24",
		})
		if err != nil {
			return err
		}
		if h.set, err = h.Editions.SettingTx(ctx, tx, e.ID); err != nil {
			return err
		}
		if err := h.Editions.SetThemesTx(ctx, tx, h.set, editions.ThemesInput{Version: h.set.Version, Themes: []editions.ThemeInput{{Name: core.NewText("en", "Access")}}}); err != nil {
			return err
		}
		h.set, err = h.Editions.SettingTx(ctx, tx, e.ID)
		return err
	})
	h.staff, h.ana, h.ben, h.mag = h.account("Staff One", core.RoleSecretariat), h.account("Ana Lima", ""), h.account("Ben Otieno", ""), h.account("Mag Member", "")
	h.write(func(ctx context.Context, tx *record.Tx) error {
		b, err := h.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "advisory-group", Name: core.NewText("en", "Advisory Group")})
		if err != nil {
			return err
		}
		_, err = h.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: b.ID, Person: h.mag.Person, Role: "member"})
		return err
	})
	h.call = h.add(func(*calls.Input) {})
	return h
}

// add opens a call for workshops from February to the end of May.
func (h *house) add(change func(*calls.Input)) calls.Call {
	h.t.Helper()
	in := calls.Input{
		Kind: calls.Workshop, Title: core.NewText("en", "Call for workshops"), OpenDay: "2030-02-01", OpenTime: "00:00", CloseDay: "2030-05-24", CloseTime: "23:59", Zone: "UTC",
		Audience: calls.Everyone, Shown: "never", Published: true, Edition: h.set.ID,
	}
	change(&in)
	c, err := h.Calls.Add(h.t.Context(), h.staff, in)
	h.ok(err)
	return c
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
		if err != nil {
			return err
		}
		acc, err := h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: address(name), Name: name, Lang: "en", Person: p.ID})
		if err != nil || role == "" {
			id = acc.ID
			return err
		}
		id = acc.ID
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), id)
	h.ok(err)
	return acc.Actor()
}

func address(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org"
}

// as is a reader with the browser of an actor; the zero actor is a visitor.
func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// full are answers to every required question of the call's form.
func (h *house) full(title string) calls.Answers {
	h.t.Helper()
	f, err := h.Calls.Form(h.t.Context(), h.call, h.call.FormVersion)
	h.ok(err)
	out := calls.Answers{}
	for _, q := range f.Form.Questions() {
		if !q.Required && q.Means == "" {
			continue
		}
		x := calls.Answer{}
		switch q.Kind {
		case calls.KindText:
			x.Text = title
		case calls.KindArea:
			x.Text = strings.TrimSpace(strings.Repeat("Networks need owners who stay and answer. ", max(1, (q.MinWords+6)/7)))
		case calls.KindChoice:
			x.Text = q.Options[0].Code
		case calls.KindChoices:
			x.Many = []string{q.Options[0].Code}
		case calls.KindCheck:
			x.Text = "true"
		case calls.KindOrganisation:
			x.Text = "River Networks"
		case calls.KindTags:
			x.Many = []string{"Access", "rural networks"}
		case calls.KindNumber:
			x.Text = "60"
		case calls.KindThemes:
			x.Many = []string{string(h.set.Themes[0].ID)}
		case calls.KindGoals:
			x.Many = []string{"9"}
		case calls.KindPeople:
			x.People = []calls.Person{h.person(title+" "+q.Key, q.Means)}
			if q.Means == calls.MeansSpeaker {
				x.People = append(x.People, h.person(title+" two", q.Means), h.person(title+" three", q.Means))
			}
		default:
			continue
		}
		out[q.Key] = x
	}
	return out
}

func (h *house) person(name, _ string) calls.Person {
	return calls.Person{Key: string(h.Record.IDs.New()), Name: name, Email: address(name), Group: "civil-society", Country: "KE", Onsite: "onsite", Asked: true}
}

// propose hands a proposal in.
func (h *house) propose(a core.Actor, title string) core.ID {
	h.t.Helper()
	p, err := h.Proposals.Begin(h.t.Context(), a, h.call.Ref, "en", "")
	h.ok(err)
	_, err = h.Proposals.Save(h.t.Context(), a, p.ID, proposalsSave(p.Version, h.full(title), true))
	h.ok(err)
	return p.ID
}
