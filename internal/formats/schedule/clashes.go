package schedule

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// maxClashes is how many clashes of one kind are told one by one.
const maxClashes = 1000

// slot is an event with its span, by instants or by the venue's wall clock.
type slot struct {
	e        *Event
	from, to time.Time
}

// clashes finds the events that are at once in one room ("room-clash") or with one
// person ("person-clash"). Events without a time or a duration, and cancelled ones, are
// nowhere; two that touch do not clash.
func clashes(s *Schedule) []Finding {
	rooms, persons := map[string][]slot{}, map[string][]slot{}
	names := map[string]string{}
	var roomOrder, personOrder []string
	for i := range s.Events {
		e := &s.Events[i]
		from := e.Starts
		if from.IsZero() {
			from, _ = time.Parse("2006-01-02 15:04", e.Date+" "+e.Start)
		}
		if from.IsZero() || e.Duration <= 0 || e.Cancelled {
			continue
		}
		sl := slot{e: e, from: from, to: from.Add(e.Duration)}
		if e.Room != "" {
			if rooms[e.Room] == nil {
				roomOrder = append(roomOrder, e.Room)
			}
			rooms[e.Room] = append(rooms[e.Room], sl)
		}
		for j, p := range e.Persons {
			if slices.ContainsFunc(e.Persons[:j], func(q Person) bool { return q.Key == p.Key }) {
				continue
			}
			if persons[p.Key] == nil {
				personOrder = append(personOrder, p.Key)
				names[p.Key] = p.Name
			}
			persons[p.Key] = append(persons[p.Key], sl)
		}
	}
	var out []Finding
	out = append(out, pairs(roomOrder, rooms, "room-clash", func(k string) (string, string) { return "Room", k })...)
	return append(out, pairs(personOrder, persons, "person-clash", func(k string) (string, string) { return "Person", names[k] })...)
}

// pairs lists the pairs that overlap, in the order of keys and starts.
func pairs(keys []string, slots map[string][]slot, code string, name func(string) (arg, value string)) []Finding {
	var out []Finding
	for _, k := range keys {
		list := slots[k]
		slices.SortStableFunc(list, func(a, b slot) int {
			return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to))
		})
		var open []slot
		for _, sl := range list {
			open = slices.DeleteFunc(open, func(o slot) bool { return !o.to.After(sl.from) })
			for _, o := range open {
				if len(out) == maxClashes {
					out[maxClashes-1].Count++
					return out
				}
				arg, value := name(k)
				out = append(out, Finding{
					Outcome: Clash, Code: code, Count: 1, Place: sl.e.Place,
					Events: []string{o.e.Key, sl.e.Key},
					Args: map[string]string{
						arg: shorten(value), "First": shorten(o.e.Title), "Second": shorten(sl.e.Title),
						"Date": sl.e.Date, "FirstStart": o.e.Start, "SecondStart": sl.e.Start,
						"Minutes": strconv.Itoa(int(min(o.to.Sub(sl.from), sl.to.Sub(sl.from)) / time.Minute)),
					},
				})
			}
			open = append(open, sl)
		}
	}
	return out
}
