package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// crowds are how many register beside the people of the programme: 11,000 in all, with those
// whom a delegation registers and who have registered twice.
var crowds = map[corpus.Size]int{corpus.Full: 10_092, corpus.Small: 72}

// registrations lets people register for the sample edition: those of the programme, and a
// crowd. Most are approved; some wait for the staff, for a place, or did not come in the end.
func (b *builder) registrations() error {
	b.clock.Freeze(b.start.Add(-120 * 24 * time.Hour).Time())
	set, err := b.Editions.Setting(b.ctx, actor, b.set.Slug)
	if err != nil {
		return err
	}
	if err := b.Participation.Begin(b.ctx, actor, set); err != nil {
		return err
	}
	st, err := b.Participation.Setting(b.ctx, actor, set)
	if err != nil {
		return err
	}
	call, err := b.Calls.ByID(b.ctx, actor, st.Call)
	if err != nil {
		return err
	}
	window := calls.InputOf(call)
	window.Published = true
	if err := b.Calls.Change(b.ctx, actor, call.ID, window); err != nil {
		return err
	}
	in := participation.SettingInputOf(st)
	in.VisaLetter, in.Listed = true, true
	if err := b.Participation.Change(b.ctx, actor, set, in); err != nil {
		return err
	}
	categories := map[string]core.ID{}
	for _, c := range st.Categories {
		categories[c.Code] = c.ID
	}
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // the same demo each time
	var list []*participation.Registration
	crowd := b.corpus.Crowd(crowds[b.corpus.Size])
	for i, p := range slices.Concat(b.corpus.People, crowd) {
		x := b.registration(r, p, i, categories)
		if i < len(b.persons) {
			x.Person, x.State = b.persons[i], participation.StateApproved
			if a, ok := held[b.persons[i]]; ok {
				x.Account, x.Email, x.EmailKey = a.ID, a.Email, a.EmailKey
				if a.DemoRole == "reviewer" {
					continue // sees the form as somebody who has not registered
				}
				b.joins(x, a)
			}
		}
		list = append(list, x)
	}
	b.came(list, r)
	for _, x := range list {
		if a := held[x.Person]; x.Person != "" {
			b.asRole(x, a.DemoRole, categories)
		}
	}
	list = append(list, b.twice(list, crowd)...)
	slices.SortStableFunc(list, func(a, b *participation.Registration) int { return a.Submitted.Time().Compare(b.Submitted.Time()) })
	for part := range slices.Chunk(list, 2000) {
		if err := b.write(func(ctx context.Context, tx *record.Tx) error { return b.Participation.EnterManyTx(ctx, tx, set, part) }); err != nil {
			return err
		}
	}
	b.registered = list
	return b.full(set.ID)
}

// full gives the category of those who come a quota that is used up: the rest waits.
func (b *builder) full(edition core.ID) error {
	set, err := b.Editions.SettingByID(b.ctx, actor, edition)
	if err != nil {
		return err
	}
	st, err := b.Participation.Setting(b.ctx, actor, set)
	if err != nil {
		return err
	}
	in := participation.CategoriesOf(st)
	for i, c := range st.Categories {
		if c.Code == "participant" {
			in.Categories[i].Quota = c.Taken
		}
		if c.Code == "media" {
			in.Categories[i].Quota = c.Taken + 20
		}
	}
	return b.Participation.SetCategories(b.ctx, actor, set, in)
}

// registration invents what somebody said.
func (b *builder) registration(r *rand.Rand, p corpus.Person, i int, categories map[string]core.ID) *participation.Registration {
	submitted := b.start.Add(-time.Duration(r.IntN(115*24*60)) * time.Minute)
	x := &participation.Registration{
		Email: p.Email, EmailKey: p.Email, Lang: "en", State: participation.StateApproved, Mode: participation.ModeOnsite, Category: categories["participant"],
		Name: p.Name, Title: p.Title, Stakeholder: p.Group, Country: p.Country, FirstTime: map[bool]string{true: "yes", false: "no"}[p.FirstTime],
		Youth: p.Youth, Parliament: p.Parliamentarian, HighLevel: p.HighLevel, Answers: calls.Answers{}, Submitted: submitted, Conduct: submitted,
		ShowName: i%3 == 0, ShowOrg: i%3 == 0, ShowCountry: i%6 == 0,
	}
	if p.Org >= 0 {
		o := b.corpus.Organisations[p.Org]
		x.Organisation, x.OrgID = o.Name, b.orgIDs[p.Org]
	}
	if nativeLang(p.NativeName) != "" && i%5 == 0 {
		x.Name = p.NativeName
	}
	switch n := r.IntN(100); {
	case n < 4:
		x.Gender = "unsaid"
	case n < 8: // no answer
	case p.Gender == "female":
		x.Gender = "woman"
	case p.Gender == "male":
		x.Gender = "man"
	default:
		x.Gender = "nonbinary"
	}
	if p.HighLevel && p.Group == "government" {
		x.Rank = []string{"minister", "vice-minister", "ambassador"}[r.IntN(3)]
	}
	switch {
	case p.Mode != "onsite":
		x.Mode, x.Category = participation.ModeOnline, categories["online"]
	case p.Group == "media":
		x.Category = categories["media"]
	case r.IntN(4) == 0:
		x.Mode = participation.ModeBoth
	}
	if r.IntN(40) == 0 {
		x.AccessNeeds = []string{"Captions, please.", "A seat near the door.", "Step-free access to the room."}[r.IntN(3)]
	}
	if r.IntN(12) == 0 {
		x.Diet = []string{"Vegetarian", "Halal", "No gluten", "Vegan"}[r.IntN(4)]
	}
	x.Decided = submitted.Add(time.Duration(1+r.IntN(96)) * time.Hour)
	switch n := r.IntN(100); {
	case n < 5 && x.Category != categories["online"]:
		x.State, x.Decided = participation.StatePending, core.Instant{}
	case n < 8 && x.Category == categories["participant"]:
		x.State, x.Decided, x.Queued = participation.StateWaiting, core.Instant{}, submitted.Add(24*time.Hour)
	case n < 10:
		x.State, x.Reason = participation.StateDeclined, core.NewText("en", "The form does not say for whom you come.")
	case n < 12:
		x.State = participation.StateWithdrawn
	}
	if x.Decided.After(b.start) {
		x.Decided = b.start
	}
	return x
}

// joins lets some who have accounts, and no role of the demo, wait for a delegation.
func (b *builder) joins(x *participation.Registration, a authn.Account) {
	if a.DemoRole != "" || b.applied[a.ID] || len(b.joining) == 4 || x.Rank != "" || x.HighLevel {
		return
	}
	b.joining = append(b.joining, a.Actor())
	x.State, x.Decided = participation.StatePending, core.Instant{}
}

// asRole settles the registrations of those as whom one can sign in.
func (b *builder) asRole(x *participation.Registration, role string, categories map[string]core.ID) {
	switch role {
	case "participant":
		x.Mode, x.Category, x.State, x.ShowName, x.ShowOrg, x.ShowCountry = participation.ModeBoth, categories["participant"], participation.StateAttended, true, true, true
		x.Submitted, x.Conduct, x.Decided = b.start.Add(-110*24*time.Hour), b.start.Add(-110*24*time.Hour), b.start.Add(-109*24*time.Hour)
		x.Collected, x.Onsite, x.Online = b.start.Add(-29*time.Hour), b.start.Add(-27*time.Hour), b.start.Add(-3*time.Hour)
		x.Visa = participation.Visa{
			Wanted: true, Name: x.Name, Nationality: x.Country, Passport: "SAMPLE0042", Born: "1990-05-17",
			Arrives: b.before(2).Format(time.DateOnly), Leaves: b.before(-4).Format(time.DateOnly),
		}
	case "organiser":
		x.Mode, x.Category, x.State = participation.ModeOnsite, categories["participant"], participation.StateApproved
		x.Collected, x.Onsite, x.Online = core.Instant{}, core.Instant{}, core.Instant{}
	}
}

// twice are people of the crowd who have registered a second time, under another address:
// two in their own script, one with a letter less.
func (b *builder) twice(list []*participation.Registration, people []corpus.Person) []*participation.Registration {
	var out []*participation.Registration
	scripts := map[string]bool{}
	crowd := map[string]corpus.Person{}
	for _, p := range people {
		crowd[p.Email] = p
	}
	for _, x := range list {
		p, ok := crowd[x.Email]
		if !ok || len(scripts) == 3 || x.Name != p.Name || x.State == participation.StateWithdrawn {
			continue
		}
		name, lang := p.NativeName, nativeLang(p.NativeName)
		if lang == "" {
			if r := []rune(p.Name); len(r) > 9 {
				name, lang = string(r[:len(r)-1]), "en"
			}
		}
		if lang == "" || lang == "zh" || scripts[lang] {
			continue
		}
		scripts[lang] = true
		y := *x
		y.Name, y.Email, y.State = name, "second."+x.Email, participation.StatePending
		y.EmailKey, y.Submitted, y.Decided = y.Email, x.Submitted.Add(26*time.Hour), core.Instant{}
		y.Collected, y.Onsite, y.Online, y.Queued, y.Reason = core.Instant{}, core.Instant{}, core.Instant{}, core.Instant{}, core.Text{}
		y.Answers = calls.Answers{}
		if y.Submitted.After(b.start) {
			y.Submitted = b.start
		}
		out = append(out, &y)
	}
	return out
}
