package cosplib

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// The largest problems that are read, and the largest numbers in them: what they could add
// up to must stay within 64 bits.
const (
	maxSubmissions = 10_000
	maxTracks      = 2_000
	maxSessions    = 1_000
	maxRooms       = 1_000
	maxSlots       = 200
	maxFilled      = 1_000_000 // slots of all cells
	maxPenalty     = 1_000_000_000
	maxTotal       = 4e18 // of everything a solution could cost, times the slots left out (see state.value)
)

// ReadInstance reads a problem. Errors name the line and the field.
func ReadInstance(source []byte) (*Instance, error) {
	r, n := newReader(source)
	if r.err != nil {
		return nil, r.err
	}
	p := &Instance{}
	r.instance(n, p)
	if r.err == nil && p.most()*float64(p.needed()+1) > maxTotal {
		r.fail(n.get("weights"), "weights", "with these penalties a solution could cost more than can be reckoned with")
	}
	if r.err != nil {
		return nil, r.err
	}
	p.relate()
	return p, nil
}

func (r *reader) instance(n *node, p *Instance) {
	if !r.fields(n, "", []string{"instance", "submissions", "tracks", "sessions", "rooms", "weights"}, []string{
		"source", "tracks_sessions_penalty", "tracks_rooms_penalty", "similar_tracks", "sessions_rooms_penalty", "time_zone_windows", "parameters",
	}) {
		return
	}
	p.Name, p.Source = r.str(n.get("instance"), "instance"), r.str(n.get("source"), "source")
	if r.err == nil && p.Name == "" {
		r.fail(n.get("instance"), "instance", "the name is empty")
	}
	r.weights(n.get("weights"), p)
	r.windows(n, p)
	sessions, rooms := r.sessions(n.get("sessions"), p), r.rooms(n.get("rooms"), p)
	slots := 0
	for _, s := range p.Sessions {
		slots += s.Slots * len(p.Rooms)
	}
	if slots > maxFilled || p.cells() > maxFilled {
		r.fail(n.get("rooms"), "rooms", "all rooms of all sessions have %d slots, at most %d", max(slots, p.cells()), maxFilled)
	}
	tracks := r.tracks(n.get("tracks"), p)
	if r.err != nil {
		return
	}
	r.submissions(n.get("submissions"), p, tracks, sessions, rooms)
	price := func(to *int64) func(*node, string) {
		return func(n *node, path string) { *to = r.whole(n, path, 0, maxPenalty) }
	}
	table := func(field, what string, rows map[string]int, cell string, columns map[string]int, at func(i, k int) *int64) {
		r.keyed(n.get(field), field, what, rows, func(i int, n *node, path string) {
			r.keyed(n, path, cell, columns, func(k int, n *node, path string) { price(at(i, k))(n, path) })
		})
	}
	table("tracks_sessions_penalty", "track", tracks, "session", sessions, func(i, k int) *int64 { return &p.Tracks[i].Session[k] })
	table("tracks_rooms_penalty", "track", tracks, "room", rooms, func(i, k int) *int64 { return &p.Tracks[i].Room[k] })
	p.SessionRoom = grid(len(p.Sessions), len(p.Rooms))
	table("sessions_rooms_penalty", "session", sessions, "room", rooms, func(i, k int) *int64 { return &p.SessionRoom[i][k] })
	p.Similar = grid(len(p.Tracks), len(p.Tracks))
	table("similar_tracks", "track", tracks, "track", tracks, func(i, k int) *int64 { return &p.Similar[i][k] })
}

func grid(n, m int) [][]int64 {
	out, all := make([][]int64, n), make([]int64, n*m)
	for i := range out {
		out[i] = all[i*m : (i+1)*m : (i+1)*m]
	}
	return out
}

func (r *reader) weights(n *node, p *Instance) {
	if !r.fields(n, "weights", nil, termNames[:weighted]) {
		return
	}
	for t := range weighted {
		p.Weights[t] = r.whole(n.get(t.String()), "weights."+t.String(), -maxPenalty, maxPenalty)
	}
}

func (r *reader) windows(n *node, p *Instance) {
	w := n.get("time_zone_windows")
	if w == nil {
		if p.Weights.on(SubmissionsTimezones) > 0 {
			r.fail(n, "", "%q is missing, and its term has a weight", "time_zone_windows")
		}
		return
	}
	const path = "time_zone_windows"
	if !r.fields(w, path, []string{"local", "suitable", "less_suitable", "less_suitable_penalty", "unsuitable_penalty"}, nil) {
		return
	}
	p.Windows.Local = r.zone(w.get("local"), path+".local")
	for _, x := range []struct {
		key      string
		from, to *int
	}{{"suitable", &p.Windows.From, &p.Windows.To}, {"less_suitable", &p.Windows.LessFrom, &p.Windows.LessTo}} {
		if r.fields(w.get(x.key), path+"."+x.key, []string{"from", "to"}, nil) {
			*x.from = r.clock(w.get(x.key).get("from"), path+"."+x.key+".from")
			*x.to = r.clock(w.get(x.key).get("to"), path+"."+x.key+".to")
		}
	}
	p.Windows.LessSuitable = r.whole(w.get("less_suitable_penalty"), path+".less_suitable_penalty", 0, maxPenalty)
	p.Windows.Unfits = r.whole(w.get("unsuitable_penalty"), path+".unsuitable_penalty", 0, maxPenalty)
}

var (
	zoneForm  = regexp.MustCompile(`^GMT([+-](?:[0-9]|1[0-4]))$`)
	clockForm = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])$`)
)

// zone is a fixed offset in whole hours; nil stands for Greenwich.
func (r *reader) zone(n *node, path string) int {
	text := r.str(n, path)
	if n == nil || r.err != nil {
		return 0
	}
	m := zoneForm.FindStringSubmatch(text)
	if m == nil {
		r.fail(n, path, "%.30q is no zone such as GMT+1 or GMT-11", text)
		return 0
	}
	hours, err := strconv.Atoi(m[1])
	if err != nil {
		r.fail(n, path, "%w", err)
	}
	return hours * 60
}

// clock is a wall time in minutes after midnight.
func (r *reader) clock(n *node, path string) int {
	text := r.str(n, path)
	if n == nil || r.err != nil {
		return 0
	}
	m := clockForm.FindStringSubmatch(text)
	if m == nil {
		r.fail(n, path, "%.30q is no time such as 09:30", text)
		return 0
	}
	hour, e1 := strconv.Atoi(m[1])
	minute, e2 := strconv.Atoi(m[2])
	if err := errors.Join(e1, e2); err != nil {
		r.fail(n, path, "%w", err)
	}
	return hour*60 + minute
}

// ids notes where an id of a list stands, and refuses one that stands twice or is empty.
func (r *reader) id(ids map[string]int, n *node, path string, i int) string {
	id := r.str(n, path)
	if r.err != nil {
		return ""
	}
	if id == "" {
		r.fail(n, path, "the id is empty")
	}
	if at, twice := ids[id]; twice {
		r.fail(n, path, "%.60q is the id of number %d of the list already", id, at)
	}
	ids[id] = i
	return id
}

func (r *reader) limited(n *node, path string, most int) []*node {
	list := r.list(n, path)
	if len(list) > most {
		r.fail(n, path, "%d entries, at most %d", len(list), most)
		return nil
	}
	return list
}

func (r *reader) sessions(n *node, p *Instance) map[string]int {
	ids := map[string]int{}
	zones := p.Weights.on(SubmissionsTimezones) > 0
	must, may := []string{"id", "max_slots"}, []string{"date", "start", "end"}
	if zones {
		must, may = []string{"id", "max_slots", "start", "end"}, may[:1]
	}
	for i, x := range r.limited(n, "sessions", maxSessions) {
		path := fmt.Sprintf("sessions[%d]", i)
		if !r.fields(x, path, must, may) {
			return nil
		}
		p.Sessions = append(p.Sessions, Session{
			ID: r.id(ids, x.get("id"), path+".id", i), Slots: int(r.whole(x.get("max_slots"), path+".max_slots", 0, maxSlots)),
			Date: r.str(x.get("date"), path+".date"), Start: r.clock(x.get("start"), path+".start"), End: r.clock(x.get("end"), path+".end"),
		})
	}
	return ids
}

func (r *reader) rooms(n *node, p *Instance) map[string]int {
	ids := map[string]int{}
	for i, x := range r.limited(n, "rooms", maxRooms) {
		p.Rooms = append(p.Rooms, r.id(ids, x, fmt.Sprintf("rooms[%d]", i), i))
	}
	return ids
}

func (r *reader) tracks(n *node, p *Instance) map[string]int {
	ids := map[string]int{}
	for i, x := range r.limited(n, "tracks", maxTracks) {
		path := fmt.Sprintf("tracks[%d]", i)
		if !r.fields(x, path, []string{"id"}, []string{"chairs"}) {
			return nil
		}
		p.Tracks = append(p.Tracks, Track{
			ID: r.id(ids, x.get("id"), path+".id", i), Chairs: r.names(x.get("chairs"), path+".chairs"),
			Session: make([]int64, len(p.Sessions)), Room: make([]int64, len(p.Rooms)),
		})
	}
	return ids
}

func (r *reader) submissions(n *node, p *Instance, tracks, sessions, rooms map[string]int) {
	ids := map[string]int{}
	for i, x := range r.limited(n, "submissions", maxSubmissions) {
		path := fmt.Sprintf("submissions[%d]", i)
		if !r.fields(x, path, []string{"ref", "track", "slots"}, []string{"order", "tz", "presenters", "attendees", "session_penalty", "room_penalty"}) {
			return
		}
		s := Submission{
			Ref: r.id(ids, x.get("ref"), path+".ref", i), Slots: int(r.whole(x.get("slots"), path+".slots", 1, 1_000)),
			Order: int(r.whole(x.get("order"), path+".order", 0, 1_000_000)), Zone: r.zone(x.get("tz"), path+".tz"),
			Presenters: r.names(x.get("presenters"), path+".presenters"), Attendees: r.names(x.get("attendees"), path+".attendees"),
			Session: make([]int64, len(p.Sessions)), Room: make([]int64, len(p.Rooms)),
		}
		if x.get("tz") == nil && p.Weights.on(SubmissionsTimezones) > 0 {
			r.fail(x, path, "%q is missing, and its term has a weight", "tz")
		}
		var ok bool
		if s.Track, ok = tracks[r.str(x.get("track"), path+".track")]; !ok {
			r.fail(x.get("track"), path+".track", "there is no track %.60q", x.get("track").text)
		}
		price := func(to []int64) func(int, *node, string) {
			return func(k int, n *node, path string) { to[k] = r.whole(n, path, 0, maxPenalty) }
		}
		r.keyed(x.get("session_penalty"), path+".session_penalty", "session", sessions, price(s.Session))
		r.keyed(x.get("room_penalty"), path+".room_penalty", "room", rooms, price(s.Room))
		if p.Submissions = append(p.Submissions, s); r.err != nil {
			return
		}
	}
}
