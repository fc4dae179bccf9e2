package meetings

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

//go:embed data/zones.csv
var zonesCSV string

// world is the zones of the countries.
type world struct {
	names  []string          // all zones, sorted
	main   map[string]string // of a country: that of its capital or of most of its people
	byCity map[string]string // of a city's folded name
}

var zones = sync.OnceValue(func() world {
	w := world{main: map[string]string{}, byCity: map[string]string{}}
	for line := range strings.Lines(zonesCSV) {
		country, name, ok := strings.Cut(strings.TrimSpace(line), ",")
		if !ok || len(country) != 2 {
			continue
		}
		if w.main[country] == "" {
			w.main[country] = name
		}
		w.names = append(w.names, name)
		if city := core.Fold(web.ZoneCity(name)); w.byCity[city] == "" {
			w.byCity[city] = name
		}
	}
	w.names = append(w.names, "UTC")
	slices.Sort(w.names)
	w.names = slices.Compact(w.names)
	return w
})

// ZoneOf is the zone in which the capital or most people of a country live, or empty.
func ZoneOf(country string) string { return zones().main[country] }

// FindZone finds the zone of a name: an IANA zone, or a city that one is called after.
func FindZone(name string) (zone string, ok bool) {
	name = strings.TrimSpace(name)
	if z, ok := zones().byCity[core.Fold(name)]; ok {
		return z, true
	}
	if _, err := core.LoadZone(name); err == nil {
		return name, true
	}
	return "", false
}

// spread are zones that stand for a regional group of the United Nations: in each, the
// largest populations between its eastern and its western end.
var spread = []struct {
	group string
	zones []string
}{
	{"african", []string{"Africa/Dakar", "Africa/Lagos", "Africa/Cairo", "Africa/Johannesburg", "Africa/Nairobi"}},
	{"asia-pacific", []string{"Asia/Riyadh", "Asia/Karachi", "Asia/Kolkata", "Asia/Jakarta", "Asia/Shanghai", "Asia/Tokyo", "Pacific/Fiji"}},
	{"eastern-european", []string{"Europe/Warsaw", "Europe/Bucharest", "Europe/Moscow", "Asia/Tbilisi"}},
	{"grulac", []string{"America/Mexico_City", "America/Bogota", "America/Port_of_Spain", "America/Sao_Paulo"}},
	{"weog", []string{"America/Los_Angeles", "America/New_York", "Europe/London", "Europe/Paris", "Australia/Sydney"}},
}
