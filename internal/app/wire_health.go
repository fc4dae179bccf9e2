package app

import "plenary/internal/forum/health"

// makeHealth makes the room that looks at how all others stand.
func (a *App) makeHealth() *health.Service {
	part := health.PartServe
	if a.JoinOnly {
		part = health.PartJoin
	}
	return health.New(a.Record, health.House{
		Mail: a.Mail, Files: a.Blobs, Find: a.Find, Hooks: a.Hooks, Bus: a.Bus, Data: a.Data, Version: Version, Part: part, Log: a.Log,
	})
}
