package programme

import (
	"net/http"
	"os"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/testkit"
)

func TestZZStageServe(t *testing.T) {
	if os.Getenv("SERVE_STAGE") == "" {
		t.Skip("only by hand")
	}
	s := newStage(t, testkit.SQLite(t))
	s.publish("ws184")
	s.server.Panel("editions.home", 1, s.w.HomePanel)
	s.ok(editions.NewWeb(s.editions, s.w.vocab, s.people).Register(s.server))
	s.add("main", "Twenty years on: what should the forum become?", "2023-10-11", "15:45", 90, "Main Hall", nil)
	s.add("main", "An earlier one", "2023-10-11", "14:10", 90, "Room I", nil)
	form := s.form("amina", "/2023/ws184/edit")
	for k, v := range map[string]string{
		"title.By[en]": "Rural networks that outlive their grants", "title.By[ar]": "شبكات ريفية تعيش أطول من منحها", "description.By[en]": "Community networks are often born with a grant and die with it. Four networks that lived past their first funding tell who owns the masts, who pays the power and who answers the phone.\n\nIt is a conversation, not a panel.",
		"guiding_questions[0].text.By[en]": "Who should own shared infrastructure after the grant ends?", "guiding_questions[1].text.By[en]": "Which costs can be shared between neighbouring networks?", "theme": string(s.set.Themes[4].ID), "format": "round-table", "language": "fr",
		"open_floor_minutes": "30", "tags": "Community networks, Mesh", "links[0].kind": "launched", "links[0].label": "The book", "links[0].url": "https://example.org/book",
		"goal.By[en]": "A list of what keeps a network alive.",
	} {
		form.Set(k, v)
	}
	for _, n := range []int{1, 2, 4} {
		form.Add("questions", string(s.set.Questions[n].ID))
	}
	form["sdgs"], form["action_lines"] = []string{"9", "5"}, []string{"C2"}
	s.send("amina", "/2023/ws184/edit", form)
	rel := s.form("secretary", "/2023/ws184/relations")
	rel.Set("relations[0].kind", Feeds)
	rel.Set("relations[0].to", "main1")
	s.send("secretary", "/2023/ws184/relations", rel)
	s.crew(s.ws, RoleInput{Person: s.amina.ID, Role: ModeratorOnsite}, RoleInput{Organisation: s.sahel.ID, Role: CoOrganiser})
	s.clock.Set(time.Date(2023, 10, 11, 5, 6, 0, 0, time.UTC))
	_ = core.Visitor
	h := s.h
	srv := &http.Server{Addr: "127.0.0.1:8978", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if as := r.URL.Query().Get("as"); as != "" {
			r.Header.Set("X-As", as)
			r.Header.Set("Cookie", "session=x")
		}
		h.ServeHTTP(w, r)
	})}
	go func() { time.Sleep(15 * time.Minute); _ = srv.Close() }()
	_ = srv.ListenAndServe()
}
