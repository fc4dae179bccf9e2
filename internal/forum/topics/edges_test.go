package topics_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/topics"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// Merges: what people wrote stays, old addresses lead on, each can be taken back, and two
// curators do not undo each other unseen.
func TestMergeAndUndo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.give(input(1, "One", "Spam mail"), input(2, "Two", "spam"), input(3, "Three", "SPAM", "abuse"), input(4, "Four", "junk"))
		visitor, curator, ctx := h.as(core.Visitor), h.as(h.editor), t.Context()
		h.merge("spam", "junk")
		h.merge("abuse", "spam")
		p := visitor.Get("/2030/topics/junk")
		if p.Status != http.StatusOK || !strings.HasSuffix(p.URL.Path, "/topics/abuse") {
			t.Errorf("the old address leads to %s, %d", p.URL, p.Status)
		}
		for _, want := range []string{"junk", "SPAM", "abuse"} {
			if !strings.Contains(p.Text("main aside"), want) {
				t.Errorf("%q as written is gone: %s", want, p.Text("main aside"))
			}
		}
		if x := h.table(core.Visitor).Tag("abuse"); x.Total != 3 || x.Alone != 3 {
			t.Errorf("merged: %d, alone %d", x.Total, x.Alone)
		}
		merges, err := h.s.Merges(ctx, h.staff, h.setting())
		if err != nil || len(merges) != 2 {
			t.Fatal(merges, err)
		}
		fails(t, h.s.Undo(ctx, h.staff, h.setting(), merges[1].ID), core.KindConflict, "topics.error.merged_since")
		if p := curator.Post("/2030/topics/desk/merges/"+string(merges[1].ID)+"/undo", nil); p.Status != http.StatusConflict {
			t.Errorf("the first merge is taken back before the second: %d", p.Status)
		}
		if p := curator.Post("/2030/topics/desk/merges/"+string(merges[0].ID)+"/undo", nil); p.Status != http.StatusOK {
			t.Errorf("take back: %d", p.Status)
		}
		if x := h.table(core.Visitor); x.Tag("abuse").Total != 1 || x.Tag("junk") != x.Tag("spam") || x.Tag("spam").Total != 3 {
			t.Error("the second merge is not taken back, or the first is gone with it")
		}
		if err := h.s.Undo(ctx, h.staff, h.setting(), merges[1].ID); err != nil {
			t.Error(err)
		}
		fails(t, h.s.Undo(ctx, h.staff, h.setting(), merges[1].ID), core.KindConflict, "topics.error.undone_already")
		fails(t, h.s.Undo(ctx, h.staff, h.setting(), "nothing"), core.KindNotFound, "")
		if x := h.table(core.Visitor); x.Tag("junk").Total != 1 || x.Tag("spam").Total != 2 {
			t.Error("the tags do not stand apart again")
		}
		// Somebody merged it elsewhere while this page was open.
		h.merge("abuse", "junk")
		v := form("op", "merge", "into", "spam", "tags", "junk", "tags", "spam-mail")
		p = curator.Post("/2030/topics/desk", v)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main .notice.error"), "merged into abuse meanwhile") {
			t.Errorf("a stale merge: %d %s", p.Status, p.Text("main .notice"))
		}
		if p.Find("input[name=into]:not([type=hidden])").AttrOr("value", "") != "spam" || p.Find("input[name=tags][value=spam-mail][checked]").Length() != 1 {
			t.Error("what was ticked and typed is gone")
		}
		if h.table(core.Visitor).Tag("spam-mail").Slug != "spam-mail" {
			t.Error("half of a merge was done")
		}
	})
}

// Names in six languages, versions, and names that belong to another tag.
func TestNames(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.give(input(1, "One", "cybersecurity"), input(2, "Deux", "Cybersécurité"), input(3, "Three", "access"))
		curator, visitor := h.as(h.staff), h.as(core.Visitor)
		at := "/2030/topics/desk/tags/cybersecurity/edit"
		v := curator.Get(at).Form()
		if v.Get("name.By[ar]") != "الأمن السيبراني" || v.Get("name.By[fr]") != "cybersécurité" {
			t.Errorf("known names are not proposed: %v", v)
		}
		v.Set("name.By[en]", "Cybersecurity")
		if p := curator.Post(at, v); p.Status != http.StatusOK || !strings.HasSuffix(p.URL.Path, "/topics/cybersecurity") {
			t.Fatalf("rename: %d %s", p.Status, p.Text("main .notice"))
		}
		if x := h.table(core.Visitor).Tag("cybersecurity"); x.Total != 2 || x.Name.By["zh"] != "网络安全" {
			t.Errorf("named: %+v", x)
		}
		if p := visitor.Get("/zh/2030/topics"); !strings.Contains(p.Text("main tbody"), "网络安全") {
			t.Error("a Chinese reader does not read the Chinese name")
		}
		if p := visitor.Get("/2030/topics/cybersecurity"); !strings.Contains(p.Text("main aside"), "Cybersécurité") || !strings.Contains(p.Text("main aside"), "joined this tag") {
			t.Error("what people wrote, or how it was merged, is not on the page")
		}
		// The form that was open before is stale; nothing typed is lost.
		v.Set("name.By[en]", "Cyber things")
		p := curator.Post(at, v)
		if p.Status != http.StatusConflict || p.Find("input[name='name.By[en]']").AttrOr("value", "") != "Cyber things" {
			t.Errorf("stale: %d", p.Status)
		}
		if p := curator.Post(at, p.Form()); p.Status != http.StatusOK {
			t.Errorf("sent again on purpose: %d", p.Status)
		}
		// A name that is another tag's.
		v = curator.Get("/2030/topics/desk/tags/access/edit").Form()
		v.Set("name.By[ru]", "кибербезопасность")
		if p := curator.Post("/2030/topics/desk/tags/access/edit", v); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main .problem"), "merge the two") {
			t.Errorf("a name twice: %d %s", p.Status, p.Text("main .problem"))
		}
		for name, bad := range map[string]string{"empty": "", "signs only": "!?", "too long": strings.Repeat("x", 61)} {
			v := curator.Get("/2030/topics/desk/tags/access/edit").Form()
			for key := range v {
				if strings.HasPrefix(key, "name.By") {
					v.Set(key, "")
				}
			}
			v.Set("name.By[en]", bad)
			if p := curator.Post("/2030/topics/desk/tags/access/edit", v); p.Status != http.StatusUnprocessableEntity || p.Find("input[name='name.By[en]']").AttrOr("value", "") != bad {
				t.Errorf("%s: %d", name, p.Status)
			}
		}
		if p := curator.Post("/2030/topics/desk/new", form("name.Orig", "en", "name.By[en]", "Access")); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a tag that is there is added: %d", p.Status)
		}
	})
}

// Bad input is told and kept; a decision needs a day, a body, a reason and inputs.
func TestBadInput(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	h.give(harvest()...)
	curator := h.as(h.staff)
	for name, v := range map[string]struct {
		kv   []string
		says string
	}{
		"nothing":      {[]string{"op", "merge"}, "Say which tag stays"},
		"no target":    {[]string{"op", "merge", "tags", "ai"}, "Say which tag stays"},
		"no such":      {[]string{"op", "merge", "into", "zzz", "tags", "ai"}, "There is no tag zzz"},
		"no tags":      {[]string{"op", "merge", "into", "ai"}, "Choose at least one tag"},
		"itself":       {[]string{"op", "merge", "into", "ai", "tags", "ai"}, "Choose at least one tag"},
		"unknown tag":  {[]string{"op", "merge", "into", "ai", "tags", "zzz"}, "There is no tag zzz"},
		"no operation": {[]string{"op", "zzz"}, "Choose at least one tag"},
		"apart":        {[]string{"op", "apart", "one", "ai", "other", "ai"}, "There is no tag"},
	} {
		if p := curator.Post("/2030/topics/desk", form(v.kv...)); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main .notice.error"), v.says) {
			t.Errorf("%s: %d %s", name, p.Status, p.Text("main .notice"))
		}
	}
	if p := curator.Post("/2030/topics/desk", form("tags[", "x")); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a form of nobody's: %d", p.Status)
	}
	for name, kv := range map[string][]string{
		"no input":      {"op", "move", "to", "new"},
		"unknown input": {"op", "move", "to", "new", "inputs", "x"},
		"no cluster":    {"op", "move", "to", "zzz", "inputs", string(input(1, "").ID)},
		"no name":       {"op", "name", "all", string(input(1, "").ID)},
		"long name":     {"op", "name", "all", string(input(1, "").ID), "name", strings.Repeat("x", 121)},
		"gone":          {"op", "name", "cluster", "zzz", "version", "1", "name", "New name"},
		"no operation":  {"op", "zzz"},
	} {
		if p := curator.Post("/2030/topics/clusters", form(append(kv, "at", "c1")...)); p.Status != http.StatusUnprocessableEntity || p.Find("main .notice.error").Length() != 1 {
			t.Errorf("%s: %d %s", name, p.Status, p.Text("main .notice"))
		}
	}
	var ids []string
	for n := range 30 {
		ids = append(ids, string(input(n+1, "").ID))
	}
	id, err := h.s.Name(t.Context(), h.staff, h.setting(), topics.NameInput{Name: core.NewText("en", "Everything"), Inputs: ids})
	if err != nil {
		t.Fatal(err)
	}
	at := "/2030/topics/clusters/" + string(id) + "/decide"
	good := curator.Get(at).Form()
	good.Set("day", "2030-02-27")
	good.Set("body", string(h.body))
	good.Set("reason.Orig", "en")
	good.Set("reason.By[en]", "Because.")
	for name, change := range map[string][2]string{
		"no day": {"day", ""}, "bad day": {"day", "2030-02-31"}, "a day ahead": {"day", "2030-06-01"}, "no body": {"body", ""}, "no such body": {"body", "zzz"},
		"no reason": {"reason.By[en]", ""}, "no name": {"name.By[en]", ""}, "no inputs": {"inputs", ""}, "an input of nobody's": {"inputs", "zzz"},
		"no such theme": {"theme", "zzz"}, "a bad link": {"minutes", "javascript:alert(1)"}, "a version of letters": {"version", "x"},
	} {
		v := form()
		for k, list := range good {
			v[k] = append([]string(nil), list...)
		}
		v.Set(change[0], change[1])
		p := curator.Post(at, v)
		if p.Status != http.StatusUnprocessableEntity || p.Find("main .notice[role=alert]").Length() != 1 {
			t.Errorf("%s: %d", name, p.Status)
		}
		if change[0] != "reason.By[en]" && !strings.Contains(p.Find("textarea[name='reason.By[en]']").Text(), "Because.") {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if len(h.setting().Themes) != 0 {
		t.Error("a refused decision made a theme")
	}
	// Somebody renames the cluster meanwhile, and then decides at once.
	if _, err := h.s.Name(t.Context(), h.editor, h.setting(), topics.NameInput{ID: id, Version: 1, Name: core.NewText("en", "Renamed")}); err != nil {
		t.Fatal(err)
	}
	_, err = h.s.Name(t.Context(), h.staff, h.setting(), topics.NameInput{ID: id, Version: 1, Name: core.NewText("en", "Too late")})
	fails(t, err, core.KindConflict, "topics.error.cluster_changed")
	p := curator.Post(at, good)
	if p.Status != http.StatusConflict || !strings.Contains(p.Find("textarea[name='reason.By[en]']").Text(), "Because.") {
		t.Fatalf("a stale decision: %d", p.Status)
	}
	if p := curator.Post(at, p.Form()); p.Status != http.StatusOK {
		t.Fatalf("sent again: %d %s", p.Status, p.Text("main .notice"))
	}
	_, err = h.s.Name(t.Context(), h.staff, h.setting(), topics.NameInput{ID: id, Version: 3})
	fails(t, err, core.KindConflict, "topics.error.cluster_decided")
	for _, path := range []string{"/2030/topics/zzz", "/2030/topics/themes/zzz", "/2030/topics/clusters/zzz/decide", "/2030/topics/desk/tags/zzz/edit", "/2031/topics", "/2030/topics/tags/zzz/inputs.csv"} {
		if p := curator.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

// More inputs in one cluster than a form has rows.
func TestManyInputs(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	var list []topics.Input
	for n := range 434 {
		list = append(list, input(n+1, "The same words about spectrum for villages "+strconv.Itoa(n)))
	}
	h.give(list...)
	curator := h.as(h.staff)
	p := curator.Get("/2030/topics/clusters")
	v := form("op", "name", "name", "Spectrum", "cluster", "", "version", "0", "at", "c1")
	p.Find("main section.panel").First().Find("input[name=all]").Each(func(_ int, s *goquerySelection) { v.Add("all", s.AttrOr("value", "")) })
	if len(v["all"]) < 201 {
		t.Skipf("the words part them: %d", len(v["all"]))
	}
	if p := curator.Post("/2030/topics/clusters", v); p.Status != http.StatusOK {
		t.Fatalf("%d inputs: %d %s", len(v["all"]), p.Status, p.Text("main .notice"))
	}
}

// A decision about a theme that stands: its own words change, an input counts for the
// latest decision only, and what was withdrawn is said.
func TestLaterDecisions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		list := harvest()[:12]
		h.give(list...)
		ctx := t.Context()
		decide := func(name string, theme core.ID, inputs ...int) core.ID {
			t.Helper()
			var ids []string
			for _, n := range inputs {
				ids = append(ids, string(list[n].ID))
			}
			if err := h.s.Move(ctx, h.staff, h.setting(), ids, topics.ToNew); err != nil {
				t.Fatal(err)
			}
			ws, err := h.s.Workshop(ctx, h.staff, h.setting(), "")
			if err != nil {
				t.Fatal(err)
			}
			for i := range ws.Clusters {
				c := &ws.Clusters[i]
				if c.Named == nil || c.Named.Theme != "" {
					continue
				}
				in := topics.DecideInputOf(c, h.setting())
				in.Inputs, in.Theme, in.Name, in.Reason, in.Day, in.Body = ids, theme, core.NewText("en", name), core.NewText("en", "Because."), "2030-02-27", h.body
				// Somebody moves an input in or out meanwhile: the decision is not what was seen.
				if err := h.s.Move(ctx, h.editor, h.setting(), ids[:1], topics.ToWords); err != nil {
					t.Fatal(err)
				}
				_, err := h.s.Decide(ctx, h.staff, h.setting(), c.Named.ID, in)
				fails(t, err, core.KindStale, "error.stale")
				if err := h.s.Move(ctx, h.editor, h.setting(), ids[:1], c.Key); err != nil {
					t.Fatal(err)
				}
				in.Version += 2
				slug, err := h.s.Decide(ctx, h.staff, h.setting(), c.Named.ID, in)
				if err != nil {
					t.Fatal(err)
				}
				for _, th := range h.setting().Themes {
					if th.Slug == slug {
						return th.ID
					}
				}
			}
			t.Fatal("no cluster to decide")
			return ""
		}
		trust := decide("Trust", "", 0, 1, 2, 3)
		access := decide("Access", "", 3, 4, 5)
		decide("Trust and safety", trust, 0, 1, 5)
		_ = access
		list[1].Tags = nil
		h.give(append(append([]topics.Input{}, list[:1]...), list[2:]...)...) // the second was withdrawn
		var got []topics.OneTheme
		ask(t, h.as(core.Visitor), "/topic-themes", &got)
		if len(got) != 2 || got[0].Theme.Name.String() != "Trust and safety" || got[0].Theme.Slug != "trust" || len(got[0].Decisions) != 2 {
			t.Fatalf("themes: %+v", got)
		}
		if got[0].Led != 2 || got[0].Withdrawn != 1 || got[1].Led != 2 || got[1].Elsewhere != 1 {
			t.Errorf("led %d and %d, withdrawn %d, elsewhere %d", got[0].Led, got[1].Led, got[0].Withdrawn, got[1].Elsewhere)
		}
		p := h.as(core.Visitor).Get("/2030/topics/themes/trust")
		for _, want := range []string{"1 input of the latest decision was withdrawn", "made on 4 inputs", "made on 3 inputs", "As decided: Trust"} {
			if !strings.Contains(p.Text("main"), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		// What people put under the theme themselves stands apart.
		list[7].Themes = []core.ID{trust}
		h.give(list...)
		if p := h.as(core.Visitor).Get("/2030/topics/themes/trust"); !strings.Contains(p.Text("main"), "1 further input was put under this theme") {
			t.Error("what was put under the theme is not on its page")
		}
		events, err := h.Record.Events(ctx, record.Query{Kinds: []string{"theme.decided"}})
		if err != nil || events.Total != 3 {
			t.Errorf("%d decisions in the activity, %v", events.Total, err)
		}
		if a := h.as(core.Visitor).Get("/2030/activity"); !strings.Contains(a.Text("main"), "Decision about a theme Access") || !strings.Contains(a.Text("main"), "Programme Group") {
			t.Errorf("the activity says: %.300s", a.Text("main"))
		}
	})
}
