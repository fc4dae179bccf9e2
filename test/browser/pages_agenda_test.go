package browser

// The pages of the room of those who take part.
func init() {
	pages = append(pages, []page{
		{name: "my-programme", path: sample + "/my-programme", as: "participant"},
		{name: "my-programme-none", path: "/2024/my-programme", as: "admin"},
		{name: "my-calendar", path: "/me/calendar", as: "participant"},
		{name: "my-calendar-made", path: "/me/calendar", as: "participant", act: func(b *tab) { b.press("main button[value=make]") }},
		{name: "now", path: sample + "/now"},
		{name: "now-none", path: "/2024/now"},
		{name: "rooms", path: sample + "/rooms"},
		{name: "room", path: sample + "/rooms/main-hall"},
		{name: "door", path: sample + "/rooms/village-stage/door"},
		{name: "door-free", path: sample + "/rooms/main-hall/door"},
		{name: "embed", path: sample + "/embed?day=day-2"},
		{name: "share", path: sample + "/programme/share"},
		{name: "print", path: sample + "/programme/print?day=day-2"},
		{name: "print-grid", path: sample + "/programme/print?day=day-2&view=grid"},
		{name: "print-none", path: "/2024/programme/print"},
		{name: "session-kept", path: "{session}", as: "participant"},
	}...)
}
