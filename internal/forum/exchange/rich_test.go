package exchange_test

import (
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// secrets are words that stand only in what is not public.
var secrets = []string{
	"Privatnotiz", "Chefnotiz", "Verborgene Person", "Entwurfssitzung", "Frueherer Name", "Geheimtitel", "contact-hidden.example", "genderword", "Korrekturentwurf", "Geheimorganisation",
	"zzhidden", "zzwithdrawn", "zzdrafted", "zznote", "zzkeptreason", "zzwaiting", "zzrejected", "zzrejection", "zzunpublished", "zzclaimed", "zzproof",
	"zzdraftpaper", "zzopendraft", "zzpaperdraft", "zzfardraft", "2099-09-09", "2098-08-08",
}

// never are words that leave in no package: accounts, addresses of mail, salts, tokens
// and the hashes of files.
var never = []string{
	"zzaccount", "zzassignee", "zzsupporter", "zzmoderator", "zzjudge", "zzauthor", "zzvoter", "zzspeaker", "zzdoubter", "zzsigner", "zzhash", "zztoken", "zzsalt",
	"zz@mail.example", "zzmailed",
}

// rich is what was added to the demo.
type rich struct {
	session *programme.Session // public, with a private speaker
	draft   *programme.Session
	older   *programme.Session // of another edition
	hidden  people.Person
	quiet   people.Person // hides affiliations and contact
	child   bodies.Body
	network people.Organisation
	report  *programme.Session // with a published report that is being corrected
}

func words(s string) core.Text { return core.NewText("en", s) }

// enrich adds to the demo what tells public from private, and what leads elsewhere.
func (s *stage) enrich() *rich {
	s.t.Helper()
	set, err := s.Editions.Setting(s.t.Context(), staff, slug)
	s.ok(err)
	x := &rich{}
	s.write(func(ctx context.Context, tx *record.Tx) error {
		add := func(in people.NewPerson, aff people.NewAffiliation) people.Person {
			p, err := s.People.CreatePersonTx(ctx, tx, in)
			s.ok(err)
			if aff.Title != "" {
				aff.Person = p.ID
				_, err = s.People.AddAffiliationTx(ctx, tx, aff)
				s.ok(err)
			}
			return p
		}
		secret, err := s.People.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: words("Geheimorganisation")})
		s.ok(err)
		x.hidden = add(people.NewPerson{Name: "Verborgene Person", Gender: "genderword"}, people.NewAffiliation{})
		x.quiet = add(people.NewPerson{
			Name: "Stille Person", Gender: "genderword", HideAffiliations: true, Public: true,
			Links: []people.Link{{Label: "Home", URL: "https://contact-hidden.example/x"}},
		}, people.NewAffiliation{Title: "Geheimtitel", Organisation: secret.ID, From: "1990", Until: "1991"})
		x.network, err = s.People.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: words("A network"), Kind: people.KindNetwork, Members: []core.ID{secret.ID}})
		s.ok(err)
		parent, err := s.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "network", Name: words("Parent network"), Status: "active"})
		s.ok(err)
		x.child, err = s.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "dynamic-coalition", Name: words("A coalition"), Status: "active", Parent: parent.ID})
		s.ok(err)
		for _, seat := range []bodies.NewSeat{{Person: x.quiet.ID, Role: "chair"}, {Person: x.hidden.ID, Role: "member"}, {Organisation: x.network.ID, Role: "member"}} {
			seat.Body = x.child.ID
			_, err = s.Bodies.AddSeatTx(ctx, tx, seat)
			s.ok(err)
		}
		return nil
	})
	s.write(func(ctx context.Context, tx *record.Tx) error {
		types, err := s.Programme.TypesTx(ctx, tx, set.ID)
		s.ok(err)
		hold := func(set *editions.Setting, types []programme.Type, title, state string, hour int) *programme.Session {
			in := programme.NewSession{
				Type: types[0].ID, State: state, Texts: programme.EditInput{Title: words(title), Links: []programme.LinkInput{{Kind: "recording", Label: "Video", URL: "https://video.example/1"}}},
				Standing: programme.StandingInput{Body: x.child.ID},
			}
			in.Starts, err = core.WallTime(set.FirstDay, "09:00", set.Zone)
			s.ok(err)
			in.Starts = in.Starts.Add(hoursOf(hour))
			in.Ends = in.Starts.Add(hoursOf(1))
			made, err := s.Programme.CreateTx(ctx, tx, set, in)
			s.ok(err)
			return made
		}
		x.session = hold(set, types, "Öffentliche Sitzung & mehr", programme.StateScheduled, 1)
		x.draft = hold(set, types, "Entwurfssitzung", programme.StateDraft, 3)
		_, err = s.Programme.AddRolesTx(ctx, tx, set, x.session, []programme.RoleInput{
			{Person: x.hidden.ID, Role: programme.Speaker}, {Person: x.quiet.ID, Role: programme.ModeratorOnsite}, {Organisation: x.network.ID, Role: programme.Organiser},
		})
		s.ok(err)
		before, err := s.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2024-older", Name: words("The one before"), State: editions.StatePublic, Zone: "Asia/Tokyo", FirstDay: "2024-06-01", LastDay: "2024-06-02",
		})
		s.ok(err)
		old := &editions.Setting{Edition: before}
		kinds, err := s.Programme.TypesTx(ctx, tx, before.ID)
		s.ok(err)
		if len(kinds) == 0 {
			kinds, err = s.Programme.AddDefaultTypesTx(ctx, tx, old)
			s.ok(err)
		}
		x.older = hold(old, kinds, "What came before", programme.StateScheduled, 1)
		s.ok(s.Programme.RelateTx(ctx, tx, set, x.session, x.older.ID, programme.BuildsOn, core.Text{}))
		s.ok(s.Programme.RelateTx(ctx, tx, set, x.session, x.draft.ID, programme.Feeds, core.Text{}))
		return nil
	})
	s.exec("UPDATE people SET public = FALSE WHERE id = ?", x.hidden.ID) // she has withdrawn
	old, err := s.People.Create(s.t.Context(), staff, people.PersonInput{Name: "Frueherer Name", Public: true, Listed: true})
	s.ok(err)
	_, err = s.People.Merge(s.t.Context(), staff, old.ID, people.MergeInput{Version: old.Version, Into: x.quiet.ID})
	s.ok(err)
	s.correct(set, x)
	s.outcomes(set, x)
	return x
}

// correct opens a correction of a published report.
func (s *stage) correct(set *editions.Setting, x *rich) {
	s.t.Helper()
	all, err := s.Reports.OfEdition(s.t.Context(), set.ID)
	s.ok(err)
	for session, list := range all {
		i := slices.IndexFunc(list, func(r reports.Report) bool { return r.Kind == reports.Takeaways && r.State == reports.StatePublished })
		if i < 0 {
			continue
		}
		found, err := s.Programme.SessionsByID(s.t.Context(), staff, []core.ID{session})
		s.ok(err)
		x.report = found[session]
		docs, err := s.Documents.Load(s.t.Context(), list[i].Document)
		s.ok(err)
		_, err = s.Reports.SaveTakeaways(s.t.Context(), staff, set, x.report, reports.TakeawaysInput{
			Version: docs[list[i].Document].Version, Takeaways: []reports.TakeawayInput{{Text: words("Korrekturentwurf")}},
			Desk: true, Notes: "Privatnotiz",
		}, false)
		s.ok(err)
		s.ok(s.Reports.Note(s.t.Context(), staff, set, x.report, reports.Takeaways, reports.RemarkInput{Words: "Chefnotiz"}))
		card, err := s.Reports.Fill(s.t.Context(), staff, x.report)
		s.ok(err)
		card.How, card.Reason = reports.Uncounted, "Too many doors"
		_, err = s.Reports.SaveCard(s.t.Context(), staff, set, x.report, card)
		s.ok(err)
		settings, err := s.Reports.Settings(s.t.Context(), set.ID)
		s.ok(err)
		rules, err := s.Reports.Rules(s.t.Context(), set.ID)
		s.ok(err)
		s.ok(s.Reports.Settle(s.t.Context(), staff, set, reports.InputOfSettings(settings, rules)))
		return
	}
	s.t.Fatal("no published report in the demo")
}

// silent fails for every secret word that stands in something public.
func (s *stage) silent(what, text string) {
	s.t.Helper()
	for _, w := range secrets {
		if i := strings.Index(strings.ToLower(text), strings.ToLower(w)); i >= 0 {
			s.t.Errorf("%s tells %q: …%s…", what, w, text[max(0, i-200):min(len(text), i+100)])
		}
	}
}
