package topics_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/topics"
	"plenary/internal/testkit"
)

// Inputs that are not public are counted and not listed; tags that only they have, words
// of theirs and hidden tags leave by no door: pages, files, the API, suggestions, events.
func TestNothingLeaks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		secret := map[string]string{
			"the title": "zztitle", "the text": "zztext", "a tag of one that is not public": "zztag", "a way to write it": "zzAccess",
			"a hidden tag": "zzabuse", "the reason": "zzreason", "the address": "zzpath", "a merged tag": "zzmerged", "a veiled title": "zzveiled",
		}
		list := []topics.Input{
			input(1, "Open one", "Access", "gender"), input(2, "Open two", "access", "zzabuse"), input(3, "Open three", "gender"), input(4, "Open four", "access"),
		}
		for n := range 3 {
			in := input(5+n, "zztitle", "access", []string{"zztag", "zzmerged", "gender"}[n])
			in.Public, in.Text, in.Path, in.Group = false, core.NewText("en", "zztext zztext"), "/proposals/zzpath", "government"
			list = append(list, in)
		}
		veiled := input(9, "zzveiled", "access")
		veiled.Public = false
		h.veiled[veiled.ID] = true
		list = append(list, veiled)
		// An input that is not public and writes a tag in a way of its own.
		own := input(10, "zztitle", "zzAccess")
		own.Public = false
		list = append(list, own)
		h.give(list...)
		ctx := t.Context()
		h.merge("access", "zzaccess")
		h.merge("gender", "zzmerged")
		if err := h.s.Hide(ctx, h.staff, h.setting(), "zzabuse", topics.HideInput{Reason: "zzreason"}); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, in := range list {
			if in.ID != veiled.ID {
				ids = append(ids, string(in.ID))
			}
		}
		id, err := h.s.Name(ctx, h.staff, h.setting(), topics.NameInput{Name: core.NewText("en", "Access"), Inputs: ids})
		if err != nil {
			t.Fatal(err)
		}
		ws, err := h.s.Workshop(ctx, h.staff, h.setting(), "")
		if err != nil {
			t.Fatal(err)
		}
		in := topics.DecideInputOf(ws.Cluster(id), h.setting())
		in.Day, in.Body, in.Reason = "2030-02-01", h.body, core.NewText("en", "Because.")
		slug, err := h.s.Decide(ctx, h.staff, h.setting(), id, in)
		if err != nil {
			t.Fatal(err)
		}

		doors := []string{
			"/2030/topics", "/2030/topics?sort=total", "/2030/topics?sort=together", "/2030/topics?kind=thematic-input", "/2030/topics/tags.csv", "/2030/topics/inputs.csv",
			"/2030/topics/pairs", "/2030/topics/pairs.csv", "/2030/topics/access", "/2030/topics/access?of=alone", "/2030/topics/access?of=together", "/2030/topics/access?and=gender",
			"/2030/topics/tags/access/inputs.csv", "/2030/topics/tags/access/inputs.csv?of=alone", "/2030/topics/gender", "/2030/topics/themes", "/2030/topics/themes.csv",
			"/2030/topics/themes/" + slug, "/2030/topics/themes/" + slug + "/inputs.csv", "/2030/", "/2030/activity",
			"/api/v1/editions/2030/topics", "/api/v1/editions/2030/topics/access", "/api/v1/editions/2030/topics/gender?of=alone", "/api/v1/editions/2030/topic-pairs",
			"/api/v1/editions/2030/topic-inputs", "/api/v1/editions/2030/topic-themes",
		}
		closed := []string{
			"/2030/topics/zztag", "/2030/topics/zzabuse", "/2030/topics/tags/zztag/inputs.csv", "/api/v1/editions/2030/topics/zztag", "/api/v1/editions/2030/topics/zzabuse",
			"/2030/topics/desk", "/2030/topics/clusters", "/2030/topics/desk/tags/access/edit", "/2030/topics/desk/tags/access/hide", "/2030/topics/desk/new",
			"/2030/topics/clusters/" + string(id) + "/decide",
		}
		for name, who := range map[string]core.Actor{"a visitor": {}, "a member": h.member} {
			r := h.as(who)
			for _, door := range doors {
				p := r.Get(door)
				if p.Status != http.StatusOK {
					t.Errorf("%s: %s answers %d", name, door, p.Status)
				}
				for what, words := range secret {
					if strings.Contains(strings.ToLower(p.Body), strings.ToLower(words)) {
						t.Errorf("%s reads %s at %s", name, what, door)
					}
				}
			}
			for _, door := range closed {
				if p := r.Get(door); p.Status == http.StatusOK && p.Find("input[type=email]").Length() == 0 {
					t.Errorf("%s enters %s", name, door)
				}
			}
			// They are counted all the same.
			p := r.Get("/2030/topics/access")
			if figures := p.Text("main table td.num"); !strings.HasPrefix(figures, "4 8 4") && !strings.HasPrefix(figures, "484") {
				t.Errorf("%s reads the figures %s", name, figures)
			}
			if !strings.Contains(p.Text("main"), "5 of them are not public") {
				t.Errorf("%s is not told what is only counted: %s", name, p.Text("main .result"))
			}
			if p := r.Get("/2030/topics/themes/" + slug); !strings.Contains(p.Text("main"), "8 inputs led to this theme") || !strings.Contains(p.Text("main"), "4 of them are not public") {
				t.Errorf("%s reads of the theme %.200s", name, p.Text("main"))
			}
		}
		// The owner of an edition as file: the same for every reader.
		if a, b := h.as(core.Visitor).Get("/2030/topics/inputs.csv"), h.as(h.staff).Get("/2030/topics/inputs.csv"); a.Body != b.Body {
			t.Error("a file differs by reader")
		}
		list2, err := h.s.Suggest(ctx, h.set.ID, 50)
		if err != nil {
			t.Fatal(err)
		}
		var data []string
		if err := h.DB.Read.NewRaw("SELECT CAST(data AS TEXT) FROM events WHERE visibility = 'public'").Scan(ctx, &data); err != nil {
			t.Fatal(err)
		}
		for what, words := range secret {
			if strings.Contains(fmt.Sprint(list2, data), words) {
				t.Errorf("%s stands in a suggestion or in a public event", what)
			}
		}
		// Curators read what the room of inputs lets them read, and no more.
		staff := h.as(h.staff)
		if p := staff.Get("/2030/topics/access"); !strings.Contains(p.Body, "zztitle") || strings.Contains(p.Body, "zzveiled") {
			t.Error("a curator reads too little or too much")
		}
		for _, door := range append(closed, "/2030/topics/desk?q=zz") {
			if strings.Contains(staff.Get(door).Body, "zzveiled") {
				t.Errorf("a curator reads at %s what she may not see", door)
			}
		}
		if p := staff.Get("/2030/topics/desk"); !strings.Contains(p.Body, "zzabuse") || !strings.Contains(p.Body, "zzreason") {
			t.Error("curators do not see what is hidden and why")
		}
		if p := staff.Post("/2030/topics/desk/tags/zzabuse/show", form("version", fmt.Sprint(h.table(h.staff).Tag("zzabuse").Version))); p.Status != http.StatusOK || h.as(core.Visitor).Get("/2030/topics/zzabuse").Status != http.StatusOK {
			t.Errorf("it cannot be shown again: %d", p.Status)
		}
	})
}

// Who may: curators are staff and editors. A visitor's form waits for her sign-in.
func TestWhoMay(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	h.give(input(1, "One", "access"), input(2, "Two", "acces"))
	ctx := t.Context()
	for name, tc := range map[string]struct {
		a    core.Actor
		kind core.Kind
	}{"visitor": {core.Visitor, core.KindSignIn}, "member": {h.member, core.KindForbidden}} {
		set := h.setting()
		_, merged := h.s.Merge(ctx, tc.a, set, topics.MergeInput{Into: "access", Tags: []string{"acces"}})
		_, added := h.s.Add(ctx, tc.a, set, topics.TagInput{Name: core.NewText("en", "New")})
		_, named := h.s.Name(ctx, tc.a, set, topics.NameInput{Name: core.NewText("en", "New"), Inputs: []string{string(input(1, "").ID)}})
		_, decided := h.s.Decide(ctx, tc.a, set, "x", topics.DecideInput{})
		_, merges := h.s.Merges(ctx, tc.a, set)
		_, proposals := h.s.Proposals(ctx, tc.a, set, h.table(tc.a))
		_, workshop := h.s.Workshop(ctx, tc.a, set, "")
		for what, err := range map[string]error{
			"merge": merged, "add": added, "name": named, "decide": decided, "merges": merges, "proposals": proposals, "workshop": workshop,
			"undo": h.s.Undo(ctx, tc.a, set, "x"), "apart": h.s.Apart(ctx, tc.a, set, "access", "acces"), "rename": h.s.Rename(ctx, tc.a, set, "access", topics.TagInput{}),
			"hide": h.s.Hide(ctx, tc.a, set, "access", topics.HideInput{}), "show": h.s.Show(ctx, tc.a, set, "access", 0), "move": h.s.Move(ctx, tc.a, set, nil, "new"),
		} {
			if core.KindOf(err) != tc.kind || err == nil {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
	for name, a := range map[string]core.Actor{"staff": h.staff, "editor": h.editor} {
		if _, err := h.s.Workshop(ctx, a, h.setting(), ""); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	visitor := h.as(core.Visitor)
	if p := visitor.Post("/2030/topics/desk", form("op", "merge", "into", "access", "tags", "acces")); !strings.Contains(p.URL.Path, "sign-in") && p.Status != http.StatusUnauthorized {
		t.Errorf("a visitor's form: %d %s", p.Status, p.URL)
	}
	if p := h.as(h.member).Post("/2030/topics/desk", url.Values{"op": {"merge"}, "into": {"access"}, "tags": {"acces"}}); p.Status != http.StatusForbidden {
		t.Errorf("a member merges: %d", p.Status)
	}
	// Nothing was handed in yet.
	h.s.Inputs = func(context.Context, core.Actor, core.ID) ([]topics.Input, error) { return nil, nil }
	if p := visitor.Get("/2030/topics"); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Tags by use") {
		t.Errorf("a forum without inputs: %d", p.Status)
	}
}
