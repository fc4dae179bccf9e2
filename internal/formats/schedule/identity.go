package schedule

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	personCode = regexp.MustCompile(`^[A-Za-z0-9]+$`)
)

// space is the namespace of the UUIDs that are made of keys.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:plenary:schedule"))

// uuidOf makes the same UUID of the same words each time.
func uuidOf(words ...string) string {
	return uuid.NewSHA1(space, []byte(strings.Join(words, "\x00"))).String()
}

// identities are the keys and ids of the events that were taken.
type identities struct {
	keys map[string]int // place in Schedule.Events
	ids  map[string]int
	// again counts the numbers that were given to events with one key.
	again map[string]int
}

func newIdentities() identities {
	return identities{keys: map[string]int{}, ids: map[string]int{}, again: map[string]int{}}
}

// names lists the keys that an event could have, best first.
func (e *Event) names() []string {
	var out []string
	for _, n := range [][2]string{{"guid", e.GUID}, {"code", e.Code}, {"id", e.ID}, {"url", e.URL}, {"slug", e.Slug}} {
		if n[1] != "" {
			out = append(out, n[0]+":"+n[1])
		}
	}
	return out
}

// identify gives the event its key before anything is said about it. One that has
// neither id nor address is named by its title and when it is.
func (r *reading) identify(e *Event, when ...string) {
	e.GUID = strings.ToLower(e.GUID)
	if names := e.names(); len(names) > 0 {
		e.Key = names[0]
	}
	switch {
	case e.Key == "" || strings.HasPrefix(e.Key, "url:") || strings.HasPrefix(e.Key, "slug:"):
		if e.Key == "" {
			e.Key = titleKey(e.Title)
			if at := cleanLine(strings.Join(when, " ")); at != "" {
				e.Key += "@" + at
			}
		}
		r.f.add(Assumed, "missing-id", e.Key, e.Place)
	case e.GUID == "" && (r.s.Format == FrabXML || r.s.Format == FrabJSON || r.s.Format == JSON2):
		r.f.add(Assumed, "missing-guid", e.Key, e.Place)
	case e.GUID != "" && !uuidForm.MatchString(e.GUID):
		r.f.add(Assumed, "guid-form", e.Key, e.Place, "Value", e.GUID)
	}
}

// take adds an event with what its source says of its time. One that stands there twice
// is refused; a different one with the same key gets its next name, or a number.
func (r *reading) take(e Event, t rawTime) error {
	if len(r.s.Events) >= maxEvents {
		return tooMany()
	}
	if i, ok := r.taken.ids[e.ID]; ok && r.s.Events[i].Key != e.Key {
		r.f.add(Repaired, "duplicate-id", e.Key, e.Place, "ID", e.ID)
	}
	if i, ok := r.taken.keys[e.Key]; ok {
		if sameEvent(r.s.Events[i], e) && sameTime(r.events[i], t) {
			r.refuse("repeated-event", e.Key, e.Place, "stands there twice", "Title", e.Title)
			return nil
		}
		was := e.Key
		e.Key = r.freeKey(&e)
		if kind, value, _ := strings.Cut(was, ":"); kind == "guid" || kind == "code" {
			r.f.add(Repaired, "duplicate-"+kind, e.Key, e.Place, "ID", value)
		} else {
			r.f.add(Repaired, "duplicate-id", e.Key, e.Place, "ID", value)
		}
	}
	r.taken.keys[e.Key] = len(r.s.Events)
	if _, ok := r.taken.ids[e.ID]; !ok && e.ID != "" {
		r.taken.ids[e.ID] = len(r.s.Events)
	}
	r.s.Events = append(r.s.Events, e)
	r.events = append(r.events, t)
	return nil
}

// freeKey finds a key that no other event has.
func (r *reading) freeKey(e *Event) string {
	for _, k := range e.names() {
		if _, ok := r.taken.keys[k]; !ok && !strings.HasPrefix(k, "url:") {
			return k
		}
	}
	for n := r.taken.again[e.Key] + 2; ; n++ { // numbers are not looked for from the start each time
		k := e.Key + "#" + strconv.Itoa(n)
		if _, ok := r.taken.keys[k]; !ok {
			r.taken.again[e.Key] = n - 1
			return k
		}
	}
}

func sameEvent(a, b Event) bool {
	a.Place, b.Place = Place{}, Place{}
	return reflect.DeepEqual(a, b)
}

// maxPersons is more than any event has.
const maxPersons = 500

// sameTime leaves the day's list aside where the date is known without it.
func sameTime(a, b rawTime) bool {
	if a.date != "" {
		a.day = b.day
	}
	return a == b
}

// addPerson gives a person a key and adds it to the event; one without a name is left
// out, and so are more than any event has.
func (r *reading) addPerson(p Person, e *Event) {
	switch {
	case p.Name == "":
		r.f.add(Ignored, "person-without-name", e.Key, e.Place)
		return
	case len(e.Persons) >= maxPersons:
		r.f.add(Ignored, "too-many-persons", e.Key, e.Place)
		return
	}
	p.GUID = strings.ToLower(p.GUID)
	switch {
	case p.GUID != "":
		p.Key = "guid:" + p.GUID
	case p.Code != "":
		p.Key = "code:" + p.Code
	case p.ID != "":
		p.Key = "id:" + p.ID
	default:
		p.Key = nameKey(p.Name)
		r.f.add(Assumed, "person-without-id", e.Key, e.Place)
	}
	e.Persons = append(e.Persons, p)
}

// badPerson says whether a person's identity contradicts the format so that another
// file could not name the same person: an id that is no number and a code that is no
// code, without a GUID.
func badPerson(p *Person) bool {
	if p.GUID != "" || p.ID == "" || p.Code == "" {
		return false
	}
	_, err := strconv.Atoi(p.ID)
	return err != nil && !personCode.MatchString(p.Code)
}
