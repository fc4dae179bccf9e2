package schedule

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

var knownPretalx = wordSet(`guid code id url public_url title subtitle speakers persons submission_type submission_type_id type track track_id
	state abstract description duration do_not_record recording_license content_locale language slot slots slot_count
	image logo links attachments resources tags tag_ids is_featured pending_state event_classifiers submissions origin created`)

// pretalx reads what the API of pretalx gives: a submission or talk, a list of them, a
// page of them, or the same of speakers.
func (r *jsonReader) pretalx(top *value) error {
	r.s.Format = Pretalx
	list := top
	if top.kind == '{' {
		list = &value{kind: '[', list: []value{*top}}
		for _, name := range []string{"results", "submissions", "talks", "events", "speakers"} {
			if in := top.get(name); in.kind == '[' && !top.has("code") && !top.has("title") {
				list = in
				break
			}
		}
	}
	known := false
	for _, v := range list.objects() {
		switch {
		case submission(v):
			known = true
			if err := r.submission(v, nil); err != nil {
				return err
			}
		case speaker(v):
			known = true
			if err := r.speaker(v); err != nil {
				return err
			}
		case v.cut:
			known = true
		}
	}
	if !known {
		return fmt.Errorf("%w: JSON of another kind", ErrUnknown)
	}
	return nil
}

func submission(v *value) bool {
	return v.has("title") && (v.has("code") || v.has("guid") || v.has("id") || v.has("speakers") || v.has("slot") || v.has("submission_type"))
}

func speaker(v *value) bool {
	return v.has("name") && v.has("code") && (v.has("biography") || v.has("submissions") || v.has("avatar") || v.has("avatar_url"))
}

// speaker keeps a person, and the submissions that are written out below it.
func (r *jsonReader) speaker(v *value) error {
	p := Person{Code: v.get("code").id(), GUID: strings.ToLower(v.get("guid").id()), Name: r.say(v.get("name")), URL: r.say(v.get("url"))}
	scratch := Event{Key: "code:" + p.Code, Place: r.place(v)}
	p.Biography = r.text(v.get("biography").strOnce(), &scratch)
	r.addPerson(p, &scratch)
	if v.cut || len(scratch.Persons) == 0 {
		return nil
	}
	r.s.Persons = append(r.s.Persons, scratch.Persons[0])
	if len(r.s.Persons) > maxEvents {
		return fmt.Errorf("%w: more than %d persons", ErrTooLarge, maxEvents)
	}
	for _, s := range v.get("submissions").objects() {
		if !submission(s) {
			continue
		}
		code := s.get("code").id()
		if i, ok := r.taken.keys["code:"+code]; ok && code != "" {
			r.s.Events[i].Persons = append(r.s.Events[i].Persons, scratch.Persons[0])
			continue
		}
		if err := r.submission(s, &scratch.Persons[0]); err != nil {
			return err
		}
	}
	return nil
}

// submission reads a submission or talk; by is the speaker below whom it stands.
func (r *jsonReader) submission(v *value, by *Person) error {
	if v.cut {
		return nil
	}
	e := Event{
		GUID: v.get("guid").id(), Code: v.get("code").id(), ID: v.get("id").id(), Title: r.say(v.get("title")),
		URL: r.line(cmp.Or(v.get("public_url").str(), v.get("url").str())), Place: r.place(v),
	}
	r.identify(&e)
	switch state := strings.ToLower(v.get("state").str()); state {
	case "draft", "rejected", "withdrawn", "deleted":
		r.refuse("not-in-programme", e.Key, e.Place, "a submission that is not in the programme", "State", state)
		return nil
	default:
		e.Cancelled = cancelledState(state)
	}
	e.Subtitle = r.say(v.get("subtitle"))
	e.Type = r.say(either(v.get("submission_type"), v.get("type")))
	e.Track = r.say(v.get("track"))
	e.Language = r.say(v.get("content_locale", "language"))
	e.Abstract = r.text(v.get("abstract").strOnce(), &e)
	e.Description = r.text(v.get("description").strOnce(), &e)
	e.License = r.say(v.get("recording_license"))
	e.NoRecording = v.get("do_not_record").truth()
	e.Logo = r.say(v.get("image", "logo"))
	r.common(&e, v, knownPretalx)
	for _, l := range v.get("resources").objects() {
		e.Attachments = r.link(e.Attachments, r.linkValue(l), &e)
	}
	speakers := either(v.get("speakers"), v.get("persons"))
	for i := range speakers.list {
		switch p := &speakers.list[i]; p.kind {
		case '{':
			if !r.personValue(p, &e) {
				return nil
			}
		case 's': // a code of the API that does not write persons out
			r.addPerson(Person{Code: p.id(), Name: p.id()}, &e)
			r.f.add(Assumed, "person-code-only", e.Key, e.Place)
		}
	}
	if by != nil {
		e.Persons = append(e.Persons, *by)
	}
	return r.slots(e, v)
}

// slots gives the event its place in the timetable; one with several slots becomes an
// event for each.
func (r *jsonReader) slots(e Event, v *value) error {
	slots := v.get("slot").objects()
	if s := v.get("slot"); s.kind == '{' {
		slots = []*value{s}
	}
	if len(slots) == 0 {
		slots = v.get("slots").objects()
	}
	if len(slots) == 0 {
		slots = []*value{v} // start, end and room of the thing itself, as some exports have it
	}
	for i, s := range slots {
		e := e
		if i > 0 {
			r.f.add(Repaired, "several-slots", e.Key, e.Place)
			e.Key += "#" + strconv.Itoa(i+1)
		}
		e.Room = r.say(s.get("room"))
		if room := s.get("room"); room.kind == '{' {
			r.roomValue(room)
		} else {
			r.room(Room{Name: e.Room})
		}
		if !r.check(&e) {
			return nil
		}
		err := r.take(e, rawTime{
			date: s.get("date").str(), start: s.get("start").str(), end: s.get("end").str(), duration: v.get("duration").str(), day: -1, slot: true,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
