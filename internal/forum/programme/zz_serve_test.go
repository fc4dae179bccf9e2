package programme

import (
	"net/http"
	"os"
	"testing"
	"time"
	"plenary/internal/testkit"
)

func TestZZServe(t *testing.T) {
	if os.Getenv("SERVE") == "" { t.Skip() }
	f := newFair(t, testkit.SQLite(t), kyoto)
	f.invite(80)
	for d, date := range []string{"2023-10-09","2023-10-10","2023-10-11","2023-10-12"} {
		for i, at := range []string{"08:30", "10:00", "11:15", "13:00", "14:45", "16:15"} {
			for r, room := range []string{"Main Hall","Annex Hall 1","Annex Hall 2","Room A","Room B","Room C","Room D","Room E","Room I","Room K"} {
				kind, mins := []string{"workshop","open-forum","town-hall","dc-session"}[(i+r)%4], []int{60,90,60}[(r+d)%3]
				if at == "11:15" || at == "10:00" { mins = 60 }
				tt := f.title()
				f.add(kind, "x", date, at, mins, room, func(n *NewSession) { n.Texts.Title = tt; n.Texts.Theme = f.set.Themes[(i*r+d)%8].ID; if (i*r+d)%17 == 3 { n.State = StateCancelled } })
			}
		}
	}
	f.add("ceremony", "Opening ceremony", "2023-10-11", "07:30", 45, "Main Hall", nil)
	f.clock.Set(time.Date(2023, 10, 11, 2, 6, 0, 0, time.UTC))
	h := f.h
	srv := &http.Server{Addr: "127.0.0.1:8977", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("as") != "" { r.Header.Set("X-As", "secretary"); r.Header.Set("Cookie", "session=x") }
		h.ServeHTTP(w, r)
	})}
	go func() { time.Sleep(20*time.Minute); srv.Close() }()
	_ = srv.ListenAndServe()
}
