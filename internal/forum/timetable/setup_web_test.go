package timetable_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/timetable"
	"plenary/test/site"
)

// typed are the values of a form as it stands on a page.
func typed(p *site.Page, form string) url.Values {
	v := url.Values{}
	p.Find(form).First().Find("input[name], select[name], textarea[name]").Each(func(_ int, f *goquery.Selection) {
		name, value := f.AttrOr("name", ""), f.AttrOr("value", "")
		switch kind := f.AttrOr("type", ""); {
		case f.Is("select"):
			value = f.Find("option[selected]").AttrOr("value", "")
		case f.Is("textarea"):
			value = strings.TrimPrefix(f.Text(), "\n")
		case kind == "checkbox" || kind == "radio":
			if _, on := f.Attr("checked"); !on {
				return
			}
		}
		v.Add(name, value)
	})
	return v
}

func wants(t *testing.T, p *site.Page, status int, texts ...string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("%s: %d, want %d", p.URL, p.Status, status)
	}
	for _, s := range texts {
		if !strings.Contains(strings.Join(strings.Fields(p.Find("main").Text()), " "), s) {
			t.Errorf("%s does not say %q", p.URL, s)
		}
	}
}

const rulesForm = "main form[novalidate]"

func TestRulesPage(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		const at = "/2030/timetable/rules"
		p := r.Get(at)
		wants(t, p, http.StatusOK, "Person in two places", "It begins with the first thing that is saved here")
		if n := p.Find("main tr[id]").Length(); n != 31 {
			t.Errorf("%d rules, want 31", n)
		}
		if p.Find("main .status.changed").Length() != 0 {
			t.Error("something differs from the defaults already")
		}
		if href := p.Find("#unplaced a").AttrOr("href", ""); href != "/2030/timetable/findings?rule=unplaced" {
			t.Errorf("findings at %q", href)
		}
		form := typed(p, rulesForm)
		form.Set("night.weight", "much")
		form.Set("day-full.limit", "2")
		p = r.Post(at, form)
		wants(t, p, http.StatusUnprocessableEntity, "Write a whole number.")
		if p.Find(`[name="night.weight"]`).AttrOr("value", "") != "much" || p.Find(`[name="day-full.limit"]`).AttrOr("value", "") != "2" {
			t.Error("what was typed is gone")
		}
		if p.Find(`[role="alert"] a[href="#f-night-weight"]`).Length() != 1 {
			t.Error("the summary does not lead to the field")
		}
		form.Set("night.weight", "1000000")
		wants(t, r.Post(at, form), http.StatusUnprocessableEntity, "A number from 0 to 100000")
		form.Set("night.weight", "15")
		form.Set("room-small.level", "block")
		wants(t, r.Post(at, form), http.StatusOK, "The rules are saved.", "2 rules differ", "Changed from: Warn, 1", "at most 3")
		if f := h.board().Frame; f.Rules["day-full"].Limit != 2 || f.Rules["room-small"].Level != "block" || len(f.Rules) != 2 {
			t.Errorf("saved: %+v", f.Rules)
		}
		// Somebody else saves meanwhile: both stand there, and sending it again decides.
		form = typed(r.Get(at), rulesForm)
		h.ok(h.svc.SetRules(t.Context(), h.staff, h.set, timetable.RulesInput{Version: h.board().Frame.Version, Rules: map[string]timetable.Rule{"unplaced": {Level: "warn", Weight: 3}}}))
		form.Set("night.weight", "99")
		p = r.Post(at, form)
		wants(t, p, http.StatusConflict, "Saved now: 3", "Saved now: Warn")
		if p.Find(`[name="night.weight"]`).AttrOr("value", "") != "99" {
			t.Error("what was typed is gone")
		}
		wants(t, r.Post(at, typed(p, rulesForm)), http.StatusOK, "The rules are saved.")
		// Back to the defaults, after a question.
		p = r.Get(at)
		reset := typed(p, `main form[action$="/reset"]`)
		p = r.Post(at+"/reset", reset)
		wants(t, p, http.StatusOK, "Set all rules back to the defaults?", "At night for those who speak from afar")
		if len(h.board().Frame.Rules) == 0 {
			t.Error("set back without an answer")
		}
		ask := typed(p, "main form")
		ask.Set("yes", "1")
		wants(t, r.Post(at+"/reset", ask), http.StatusOK, "All rules are as they come.")
		if got := h.board().Frame.Rules; len(got) != 0 {
			t.Errorf("set back: %+v", got)
		}
		wants(t, r.Post(at+"/reset", ask), http.StatusConflict)
	})
}

func TestDaysPage(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		const at = "/2030/timetable/days"
		p := r.Get(at)
		wants(t, p, http.StatusOK, "Monday", "Conference Centre to Library")
		form := typed(p, "main form.form")
		if form.Get("days[0].from") != "09:00" || form.Get("days[1].date") != tuesday {
			t.Fatalf("form: %v", form)
		}
		form.Set("_more", "days[0].breaks")
		p = r.Post(at, form)
		if n := p.Find(`main fieldset#f-days-0-breaks > fieldset.row`).Length(); n < 4 || p.Status != http.StatusOK {
			t.Errorf("%d rows, %d", n, p.Status)
		}
		form = typed(p, "main form.form")
		for name, v := range map[string]string{
			"days[0].until":          "00:00", // midnight
			"days[0].breaks[2].from": "12:30", "days[0].breaks[2].until": "14:00", "days[0].breaks[2].name.By[en]": "Lunch",
			"days[0].breaks[0].from": "16:00", "days[0].breaks[0].until": "15:00",
			"travel[0].minutes": "25",
		} {
			form.Set(name, v)
		}
		p = r.Post(at, form)
		wants(t, p, http.StatusUnprocessableEntity)
		if p.Find(`[role="alert"] a[href="#f-days-0-breaks-0-until"]`).Length() != 1 || p.Find(`[name="days[0].breaks[2].name.By[en]"]`).AttrOr("value", "") != "Lunch" {
			t.Errorf("the problem is not at its field: %s", p.Find(`[role="alert"]`).Text())
		}
		form.Set("days[0].breaks[0].until", "16:30")
		form.Set("_copy", "0")
		wants(t, r.Post(at, form), http.StatusOK, "All of them have the same breaks.")
		f := h.board().Frame
		if f.Days[0].Until != "24:00" || len(f.Days[1].Breaks) != 2 || len(f.Travel) != 1 || f.Travel[0].Minutes != 25 {
			t.Fatalf("saved: %+v %+v", f.Days, f.Travel)
		}
		p = r.Get(at)
		if p.Find(`[name="days[1].breaks[0].from"]`).AttrOr("value", "") != "12:30" || p.Find(`[name="days[0].until"]`).AttrOr("value", "") != "00:00" {
			t.Error("breaks do not stand in the order of time")
		}
		// A row whose fields are empty is taken away; a stale form says what stands.
		form = typed(p, "main form.form")
		for _, name := range []string{"from", "until", "name.By[en]"} {
			form.Set("days[1].breaks[0]."+name, "")
		}
		wants(t, r.Post(at, form), http.StatusOK, "The days are saved.")
		if got := h.board().Frame.Days[1].Breaks; len(got) != 1 || got[0].From != "16:00" {
			t.Errorf("breaks %+v", got)
		}
		form.Set("days[0].from", "10:00")
		wants(t, r.Post(at, form), http.StatusConflict, "Saved now: 09:00")
	})
}

func TestRoomsPage(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		const at = "/2030/timetable/rooms"
		p := r.Get(at)
		wants(t, p, http.StatusOK, "Main Hall", "500 seats", "Library")
		if p.Find(`main a[href="/2030/edit/places"]`).Length() != 1 {
			t.Error("no way to where rooms are edited")
		}
		form := typed(p, "main form.form")
		if len(form["rooms[1].services"]) != len(timetable.Services) {
			t.Errorf("assumed: %v", form["rooms[1].services"])
		}
		form.Set("rooms[0].hall", "true")
		form["rooms[1].services"] = []string{"webcast"}
		form.Set("rooms[1].changeover", "300")
		form.Set("rooms[2].open[0].date", monday)
		form.Set("rooms[2].open[0].from", "09:00")
		wants(t, r.Post(at, form), http.StatusUnprocessableEntity, "0 to 240 minutes", "A time of day")
		form.Set("rooms[1].changeover", "15")
		form.Set("rooms[2].open[0].until", "00:00")
		wants(t, r.Post(at, form), http.StatusOK, "The rooms are saved.")
		rooms := h.board().Rooms
		if x := rooms[h.room("Room 1")]; x.Changeover != 15 || len(x.Services) != 1 {
			t.Errorf("room 1: %+v", x)
		}
		if x := rooms[h.room("Room 2")]; len(x.Open) != 1 || x.Open[0].Until != "24:00" || len(x.Services) != len(timetable.Services) {
			t.Errorf("room 2: %+v", x)
		}
		// Saved by somebody else since it was shown.
		form.Set("rooms[1].changeover", "20")
		p = r.Post(at, form)
		wants(t, p, http.StatusConflict, "Saved now: 15")
		wants(t, r.Post(at, typed(p, "main form.form")), http.StatusOK, "The rooms are saved.")
		if got := h.board().Rooms[h.room("Room 1")].Changeover; got != 20 {
			t.Errorf("changeover %d", got)
		}
	})
}

func TestTiesAndAbsencesPages(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		at := "/2030/timetable/ties"
		tie := url.Values{"kind": {"before"}, "first": {"WS 1"}, "second": {"no such session"}, "minutes": {"10"}}
		p := r.Post(at, tie)
		wants(t, p, http.StatusUnprocessableEntity, "There is no such session")
		if p.Find(`datalist#sessions option[value="OF 1"]`).Length() != 1 {
			t.Error("sessions are not suggested")
		}
		tie.Set("second", "a charter for figures") // the title will do
		wants(t, r.Post(at, tie), http.StatusOK, "The two sessions are tied.", "ends at least 10 minutes before", "1 pair of sessions")
		p = r.Post(at+"/remove", url.Values{"id": {string(h.board().Ties[0].ID)}})
		wants(t, p, http.StatusOK, "no longer tied", "No sessions are tied")
		wants(t, r.Post(at+"/restore", typed(p, `form[action$="/ties/restore"]`)), http.StatusOK, "ends at least 10 minutes before")
		wants(t, r.Post(at+"/remove", url.Values{"id": {"x"}}), http.StatusNotFound)
		wants(t, r.Post(at+"/restore", url.Values{"tie": {"before|x|y|0"}}), http.StatusConflict)

		at = "/2030/timetable/absences"
		in := url.Values{"who": {"a"}, "from": {monday + "T13:00"}, "until": {monday + "T14:00"}, "note": {"zznote"}}
		wants(t, r.Post(at, in), http.StatusUnprocessableEntity, "people and organisations have this in their names")
		in.Set("who", "kenji")
		in.Set("until", "soon")
		wants(t, r.Post(at, in), http.StatusUnprocessableEntity, "Write a day and a time")
		in.Set("until", monday+"T14:00")
		wants(t, r.Post(at, in), http.StatusOK, "Kenji Moriyama", "zznote", "1 clash with the plan")
		in.Set("who", "Sahel Networks")
		wants(t, r.Post(at, in), http.StatusOK, "2 absences", "organisation")
		wants(t, r.Get(at+"?q=sahel"), http.StatusOK, "1 absence")
		wants(t, r.Get(at+"?q=nobody"), http.StatusOK, "Nobody is found")
		id := h.board().Absences[0].ID
		p = r.Post(at+"/remove", url.Values{"id": {string(id)}})
		wants(t, p, http.StatusOK, "1 absence", "The absence is taken away.")
		wants(t, r.Post(at+"/restore", typed(p, `form[action$="/absences/restore"]`)), http.StatusOK, "2 absences")
		if p.Find(`datalist#people option[value="Somebody Else"]`).Length() != 0 {
			t.Error("somebody without a role is suggested")
		}
	})
}

func TestWishesPage(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		const at = "/2030/ws1/placement"
		staff, organiser := h.as(h.staff), h.as(h.organiser)
		p := organiser.Get(at)
		wants(t, p, http.StatusOK, "What the session needs")
		for _, name := range []string{"minutes", "fixed", "poster"} {
			if p.Find(`main [name="`+name+`"]`).Length() != 0 {
				t.Errorf("an organiser is asked for %s", name)
			}
			if staff.Get(at).Find(`main [name="`+name+`"]`).Length() != 1 {
				t.Errorf("the staff are not asked for %s", name)
			}
		}
		in := typed(p, "main form.form")
		in.Set("not_before", tuesday+"T10:00")
		in.Set("remote", "Mars/Crater")
		in.Set("note", "Two screens")
		p = organiser.Post(at, in)
		wants(t, p, http.StatusUnprocessableEntity, "Mars/Crater is no time zone", "Two screens")
		in.Set("remote", "Africa/Nairobi")
		in.Set("not_before", tuesday+"T10:00:00")
		wants(t, organiser.Post(at, in), http.StatusOK, "What the session needs is saved.", "Change what it needs")
		if got := h.item("ws1").Wishes; got.NotBefore != tuesday+"T10:00" || got.Note != "Two screens" {
			t.Errorf("wishes %+v", got)
		}
		wants(t, organiser.Post(at, in), http.StatusConflict)

		// The planned place is the staff's to see; organisers learn it with the release.
		h.place("ws1", tuesday, "16:05", "17:00", "Room 2")
		wants(t, staff.Get("/2030/ws1"), http.StatusOK, "16:05", "Only the programme team sees the plan")
		for name, r := range map[string]*site.Reader{"organiser": organiser, "speaker": h.as(h.speaker), "visitor": h.as(h.visitor)} {
			if p := r.Get("/2030/ws1"); strings.Contains(p.Body, "16:05") || strings.Contains(p.Body, "17:00") {
				t.Errorf("%s sees where it is planned", name)
			}
		}
		if h.as(h.speaker).Get("/2030/ws1").Find(`a[href$="/placement"]`).Length() != 0 {
			t.Error("a speaker is asked what the session needs")
		}
	})
}

func TestAvailabilityPage(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		const at = "/2030/my-availability"
		r := h.as(h.speaker)
		wants(t, r.Get(at), http.StatusOK, "You have said nothing")
		if p := r.Get("/me"); p.Find(`main a[href="`+at+`"]`).Length() != 1 {
			t.Error("no way to it on one’s own page")
		}
		in := url.Values{"from": {monday + "T13:00"}, "until": {monday + "T13:00"}, "note": {"zznote"}}
		wants(t, r.Post(at, in), http.StatusUnprocessableEntity)
		in.Set("until", tuesday+"T08:00")
		p := r.Post(at, in)
		wants(t, p, http.StatusOK, "zznote", "now sees that you cannot be there")
		wants(t, h.as(h.staff).Get("/2030/timetable/absences"), http.StatusOK, "Kenji Moriyama", "zznote")
		p = r.Post(at+"/remove", typed(p, `main form[action$="/remove"]`))
		wants(t, p, http.StatusOK, "This time is taken away.", "You have said nothing")
		wants(t, r.Post(at+"/restore", typed(p, `form[action$="/restore"]`)), http.StatusOK, "zznote")
		wants(t, r.Post(at+"/restore", url.Values{"absence": {"x"}}), http.StatusConflict)
		// It is hers: a value that names another stays hers.
		forged := strings.Join([]string{string(h.organiser.Person), "", "2030-10-21T00:00:00Z", "2030-10-21T01:00:00Z", ""}, "|")
		wants(t, r.Post(at+"/restore", url.Values{"absence": {forged}}), http.StatusOK)
		for _, a := range h.board().Absences {
			if a.Person != h.speaker.Person {
				t.Errorf("said for somebody else: %+v", a)
			}
		}
		wants(t, h.as(h.member).Get(at), http.StatusNotFound)
		if h.as(h.member).Get("/me").Find(`a[href="`+at+`"]`).Length() != 0 {
			t.Error("who takes no part is led there")
		}
	})
}

// Who may not set the plan up learns nothing from its pages.
func TestWhoSeesSetupPages(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		h.ok(h.svc.AddAbsence(t.Context(), h.staff, h.set, timetable.Absence{Person: h.speaker.Person, Starts: h.at(monday, "09:00"), Ends: h.at(monday, "10:00"), Note: "zzsecret"}))
		pages := []string{"/2030/timetable/rules", "/2030/timetable/days", "/2030/timetable/rooms", "/2030/timetable/ties", "/2030/timetable/absences"}
		posts := append([]string{
			"/2030/timetable/rules/reset", "/2030/timetable/ties/remove", "/2030/timetable/ties/restore", "/2030/timetable/absences/remove", "/2030/timetable/absences/restore",
		}, pages...)
		for name, a := range map[string]core.Actor{"visitor": h.visitor, "member": h.member, "organiser": h.organiser, "staff": h.staff} {
			r := h.as(a)
			for _, path := range pages {
				p := r.Get(path)
				if name == "staff" {
					wants(t, p, http.StatusOK)
					continue
				}
				if name == "visitor" && strings.HasPrefix(p.URL.Path, "/sign-in") {
					continue
				}
				if p.Status < http.StatusBadRequest || strings.Contains(p.Body, "zzsecret") {
					t.Errorf("%s %s: %d", name, path, p.Status)
				}
			}
			for _, path := range posts {
				if name == "staff" {
					continue
				}
				p := r.Post(path, url.Values{"version": {"1"}, "id": {"x"}, "tie": {"x"}})
				if p.Status < http.StatusBadRequest && !strings.HasPrefix(p.URL.Path, "/sign-in") || strings.Contains(p.Body, "zzsecret") {
					t.Errorf("%s sends %s: %d at %s", name, path, p.Status, p.URL)
				}
			}
			// A draft is known to its crew; of what it needs only organisers and staff speak.
			want := map[string]int{"member": http.StatusNotFound, "organiser": http.StatusForbidden, "staff": http.StatusOK}[name]
			if p := r.Get("/2030/ws2/placement"); want != 0 && p.Status != want {
				t.Errorf("%s of ws2: %d, want %d", name, p.Status, want)
			}
		}
		if got := len(h.board().Frame.Rules); got != 0 {
			t.Errorf("%d rules changed", got)
		}
	})
}
