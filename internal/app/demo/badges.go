package demo

import (
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/badges"
)

// badges are a design, a run that was printed before the meeting, and two doors: the
// entrance, whose device was heard of, and a room whose device is not opened yet.
func (b *builder) badges() error {
	defer b.clock.Freeze(b.start.Time())
	roles, err := b.roleAccounts()
	if err != nil {
		return err
	}
	staff := roles["secretariat"].Actor()
	b.clock.Freeze(b.before(9))
	if _, err := b.Badges.SaveDesign(b.ctx, staff, b.set, badges.DesignInput{
		Template: "a6", Lines: []string{"title", "organisation", "country", "number", "dates"}, Size: "L", Background: "0", Lang: "en",
		Back: en("In an emergency, ask anybody with a yellow badge. The code of conduct holds everywhere at the venue."),
	}, nil); err != nil {
		return err
	}
	st, err := b.Participation.Setting(b.ctx, actor, b.set)
	if err != nil {
		return err
	}
	run := badges.BatchInput{From: "A", To: "B"}
	for _, c := range st.Categories {
		if c.Code == "media" && c.Taken > 0 {
			run = badges.BatchInput{Category: c.ID}
		}
	}
	b.clock.Freeze(b.before(6))
	if _, err := b.Badges.Print(b.ctx, staff, b.set, run); err != nil && core.KindOf(err) != core.KindConflict {
		return err
	}
	b.clock.Freeze(b.before(3))
	_, word, err := b.Badges.AddDoor(b.ctx, staff, b.set, badges.DoorInput{Name: "Main entrance", Kind: badges.DoorEntrance})
	if err != nil {
		return err
	}
	room := b.set.Rooms[0]
	if _, _, err := b.Badges.AddDoor(b.ctx, staff, b.set, badges.DoorInput{Name: room.Name.String(), Kind: badges.DoorRoom, Room: room.ID}); err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-4 * time.Minute).Time())
	if err := b.Badges.MakeFiles(b.ctx); err != nil { // those of that run are kept no longer
		return err
	}
	door, _, err := b.Badges.OpenDoor(b.ctx, word)
	if err != nil {
		return err
	}
	return b.scanned(&door, run.Category)
}

// scanned is whom the device at the entrance has let in so far, of those with a printed
// badge, and a badge that it did not know.
func (b *builder) scanned(door *badges.Door, category core.ID) error {
	secret, err := b.Participation.Key(b.ctx, "badge")
	if err != nil {
		return err
	}
	keys, err := badges.NewKeys(secret)
	if err != nil {
		return err
	}
	now := b.clock.Now()
	in := badges.ScanBatch{Now: now.UnixMilli()}
	scan := func(code, told string, at time.Time) {
		in.Scans = append(in.Scans, badges.ScanInput{ID: b.Record.IDs.New(), Code: code, Told: told, How: "camera", Device: at.UnixMilli()})
	}
	for _, x := range b.registered {
		if x.Category != category || !x.OnSite() || x.Collected.IsZero() || !x.Collected.Before(core.At(now)) || len(in.Scans) == 200 {
			continue
		}
		code, err := keys.Sign(badges.Code{Edition: badges.EditionTag(b.set.ID), Registration: x.ID, Serial: 1, Day: int(b.before(6).Unix() / 86400)})
		if err != nil {
			return err
		}
		scan(code, badges.ResultIn, x.Collected.Add(2*time.Minute).Time())
		if len(in.Scans)%9 == 0 {
			scan(code, badges.ResultAgain, x.Collected.Add(3*time.Minute).Time())
		}
	}
	scan("a ticket of the tram", badges.ResultUnread, now.Add(-50*time.Minute))
	_, err = b.Badges.Merge(b.ctx, door, b.set, in)
	return err
}
