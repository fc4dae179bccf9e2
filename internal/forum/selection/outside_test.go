package selection_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// outside is a forum with a closed call for workshops and six proposals that passed the
// screening, each of another proposer and language.
type outside struct {
	*site.Site
	t     testing.TB
	set   *editions.Setting
	call  calls.Call
	staff core.Actor
	who   []core.Actor // who proposes: of number i+1
	p     []core.ID
}

type outsideLog struct{ t testing.TB }

func (l outsideLog) Write(b []byte) (int, error) {
	l.t.Log("server: " + string(b))
	return len(b), nil
}

func openOutside(t testing.TB, url string) *outside {
	t.Helper()
	h := &outside{Site: site.Empty(t, url, func(c *app.Config) {
		c.Demo, c.Log = true, slog.New(slog.NewTextHandler(outsideLog{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	}), t: t}
	h.Clock.Freeze(time.Date(2030, 6, 1, 9, 0, 0, 0, time.UTC))
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
		h.set, err = h.Editions.SettingTx(ctx, tx, e.ID)
		return err
	})
	h.staff = h.account("Staff One", "en", core.RoleSecretariat)
	var err error
	h.call, err = h.Calls.Add(t.Context(), h.staff, calls.Input{
		Kind: calls.Workshop, Title: core.NewText("en", "Call for workshops"), OpenDay: "2030-02-01", OpenTime: "00:00", CloseDay: "2030-05-24", CloseTime: "23:59", Zone: "UTC",
		Audience: calls.Everyone, Shown: "decided", Published: true, Edition: h.set.ID, Becomes: "workshop",
	})
	h.ok(err)
	for i, lang := range core.Langs {
		a := h.account(fmt.Sprintf("Proposer Zzname%d", i+1), lang, "")
		h.who, h.p = append(h.who, a), append(h.p, h.propose(i+1, a, lang))
	}
	return h
}

func (h *outside) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *outside) kind(err error, want core.Kind) {
	h.t.Helper()
	if err == nil || core.KindOf(err) != want {
		h.t.Errorf("%v, want kind %v", err, want)
	}
}

func (h *outside) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *outside) account(name, lang string, role core.Role) core.Actor {
	h.t.Helper()
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
		if err != nil {
			return err
		}
		acc, err := h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org", Name: name, Lang: lang, Person: p.ID})
		id = acc.ID
		if err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), id)
	h.ok(err)
	return acc.Actor()
}

func (h *outside) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// propose hands in a proposal that passed the screening: with words that are found again,
// a co-organiser who has confirmed and writes in the same language, and two speakers.
func (h *outside) propose(n int, by core.Actor, lang string) core.ID {
	h.t.Helper()
	f, err := h.Calls.Form(h.t.Context(), h.call, h.call.FormVersion)
	h.ok(err)
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		id = tx.NewID()
		p := proposals.Proposal{
			ID: id, Call: h.call.ID, Edition: h.set.ID, Number: n, FormVersion: h.call.FormVersion, State: proposals.StateEligible, Lang: lang, Answers: calls.Answers{},
			Account: by.Account, Person: by.Person, Title: fmt.Sprintf("Zztitle%d <b>of</b> networks", n), Created: tx.Now, Updated: tx.Now, Submitted: tx.Now, Version: 1,
		}
		var parties []proposals.Party
		for _, q := range f.Form.Questions() {
			switch q.Means {
			case calls.MeansTitle:
				p.Answers[q.Key] = calls.Answer{Text: p.Title}
			case calls.MeansSummary:
				p.Answers[q.Key] = calls.Answer{Text: fmt.Sprintf("Zzsummary%d says what it is about.", n)}
			case calls.MeansOwner, calls.MeansSpeaker:
				for k := range 2 {
					x := proposals.Party{
						ID: tx.NewID(), Proposal: id, Question: q.Key, Means: q.Means, Position: len(parties), Name: fmt.Sprintf("Zzparty%d %s%d", n, q.Means, k), Lang: lang,
						State: []string{proposals.Confirmed, proposals.Named}[k], Country: "KE", Group: "civil-society", Email: fmt.Sprintf("zz%d.%s%d@example.org", n, q.Means, k), Gender: proposals.Woman,
					}
					x.NameKey, x.EmailKey = core.Fold(x.Name), x.Email
					parties = append(parties, x)
				}
			}
		}
		if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&parties).Exec(ctx)
		return err
	})
	return id
}

func (h *outside) choose(n int, in selection.ChoiceInput) {
	h.t.Helper()
	h.ok(h.Selection.Choose(h.t.Context(), h.staff, h.call.Ref, n, in))
}

// chosen decides all six by hand: accepted, merged into the first, offered, accepted on
// conditions, waiting, declined. Nothing is published.
func (h *outside) chosen() {
	h.t.Helper()
	ctx := h.t.Context()
	m, err := h.Selection.Recommend(ctx, h.staff, h.call.Ref, selection.MergerInput{One: 1, Two: 2, Words: "Zzmerger: both speak of rivers."})
	h.ok(err)
	for i, p := range h.p[:2] {
		m, err = h.Selection.Agree(ctx, h.who[i], m.ID, p, selection.AgreeInput{Version: m.Version, Says: selection.SaysYes, Words: "Zzagree"})
		h.ok(err)
	}
	h.choose(1, selection.ChoiceInput{Choice: selection.Accept, Words: "Zzwords1 <script>x</script>", Note: "Zznote1"})
	h.choose(2, selection.ChoiceInput{Choice: selection.Merge, Target: string(h.p[0]), Words: "Zzwords2"})
	h.choose(3, selection.ChoiceInput{Choice: selection.Offer, Type: "lightning", Words: "Zzwords3"})
	h.choose(4, selection.ChoiceInput{Choice: selection.Condition, Conditions: "Zzcondition4", Words: "Zzwords4"})
	h.choose(5, selection.ChoiceInput{Choice: selection.Wait, Words: "Zzwords5"})
	h.choose(6, selection.ChoiceInput{Choice: selection.Decline, Reasons: []string{"theme"}, Words: "Zzwords6"})
}

func (h *outside) publish() selection.Round {
	h.t.Helper()
	b, err := h.Selection.Board(h.t.Context(), h.staff, h.call.Ref, nil)
	h.ok(err)
	r, err := h.Selection.Publish(h.t.Context(), h.staff, h.call.Ref, selection.PublishInput{Digest: b.Digest, Note: core.NewText("en", "Zzround"), Sure: true})
	h.ok(err)
	return r
}

type outMail struct{ Kind, ToAddr, Lang, Subject, Text string }

// mails are those of the outbox of kinds that begin so.
func (h *outside) mails(kind string) []outMail {
	h.t.Helper()
	var out []outMail
	h.ok(h.Record.DB.Read.NewSelect().TableExpr("outbox").Column("kind", "to_addr", "lang", "subject", "text").Where("kind LIKE ?", kind+"%").OrderExpr("to_addr, subject").Scan(h.t.Context(), &out))
	return out
}

func (h *outside) page(a core.Actor, path string, status int, want ...string) *site.Page {
	h.t.Helper()
	p := h.as(a).Get(path)
	if p.Status != status {
		h.t.Errorf("%s for %q: %d, want %d\n%s", path, a.Name, p.Status, status, p.Text("main"))
		return p
	}
	for _, s := range want {
		if !strings.Contains(p.Body, s) {
			h.t.Errorf("%s for %q lacks %q:\n%s", path, a.Name, s, p.Text("main"))
		}
	}
	return p
}
