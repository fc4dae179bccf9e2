package forumtext

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A city that hosted the IGF or holds a large UN seat: its zone answers "Kyoto time".
type city struct{ name, country, zone string }

var cities = indexCities([]city{
	{"Athens", "Greece", "Europe/Athens"},
	{"Rio de Janeiro", "Brazil", "America/Sao_Paulo"},
	{"Hyderabad", "India", "Asia/Kolkata"},
	{"Sharm El Sheikh", "Egypt", "Africa/Cairo"},
	{"Vilnius", "Lithuania", "Europe/Vilnius"},
	{"Nairobi", "Kenya", "Africa/Nairobi"},
	{"Baku", "Azerbaijan", "Asia/Baku"},
	{"Bali", "Indonesia", "Asia/Makassar"},
	{"Istanbul", "Türkiye", "Europe/Istanbul"},
	{"João Pessoa", "Brazil", "America/Fortaleza"},
	{"Guadalajara", "Mexico", "America/Mexico_City"},
	{"Geneva", "Switzerland", "Europe/Zurich"},
	{"Paris", "France", "Europe/Paris"},
	{"Berlin", "Germany", "Europe/Berlin"},
	{"Katowice", "Poland", "Europe/Warsaw"},
	{"Addis Ababa", "Ethiopia", "Africa/Addis_Ababa"},
	{"Kyoto", "Japan", "Asia/Tokyo"},
	{"Riyadh", "Saudi Arabia", "Asia/Riyadh"},
	{"Lillestrøm", "Norway", "Europe/Oslo"},
	{"New York", "United States", "America/New_York"},
	{"Vienna", "Austria", "Europe/Vienna"},
	{"Bangkok", "Thailand", "Asia/Bangkok"},
	{"Beirut", "Lebanon", "Asia/Beirut"},
	{"Santiago", "Chile", "America/Santiago"},
	{"The Hague", "Netherlands", "Europe/Amsterdam"},
	{"Bonn", "Germany", "Europe/Berlin"},
	{"Rome", "Italy", "Europe/Rome"},
	{"London", "United Kingdom", "Europe/London"},
	{"Montreal", "Canada", "America/Toronto"},
	{"Madrid", "Spain", "Europe/Madrid"},
	{"Brussels", "Belgium", "Europe/Brussels"},
	{"Copenhagen", "Denmark", "Europe/Copenhagen"},
	{"Tokyo", "Japan", "Asia/Tokyo"},
	{"New Delhi", "India", "Asia/Kolkata"},
	{"Beijing", "China", "Asia/Shanghai"},
	{"Moscow", "Russian Federation", "Europe/Moscow"},
	{"Cairo", "Egypt", "Africa/Cairo"},
	{"Tunis", "Tunisia", "Africa/Tunis"},
	{"Dakar", "Senegal", "Africa/Dakar"},
	{"Abuja", "Nigeria", "Africa/Lagos"},
	{"Panama City", "Panama", "America/Panama"},
	{"Washington", "United States", "America/New_York"},
	{"Singapore", "Singapore", "Asia/Singapore"},
	{"Seoul", "Republic of Korea", "Asia/Seoul"},
	{"Suva", "Fiji", "Pacific/Fiji"},
	{"Bogotá", "Colombia", "America/Bogota"},
	{"Lima", "Peru", "America/Lima"},
})

// cityAliases are other spellings of the same cities.
var cityAliases = map[string]string{
	"genève": "geneva", "ginebra": "geneva", "lillestrom": "lillestrøm", "joao pessoa": "joão pessoa",
	"rio": "rio de janeiro", "sharm el-sheikh": "sharm el sheikh", "sharm-el-sheikh": "sharm el sheikh",
	"wien": "vienna", "vienne": "vienna", "viena": "vienna", "delhi": "new delhi", "montréal": "montreal",
	"addis": "addis ababa", "nueva york": "new york", "roma": "rome", "hague": "the hague",
}

func indexCities(list []city) map[string]city {
	index := make(map[string]city, len(list))
	for _, c := range list {
		index[strings.ToLower(c.name)] = c
	}
	return index
}

func findCity(name string) (city, bool) {
	key := strings.ToLower(strings.TrimSpace(name))
	if alias, ok := cityAliases[key]; ok {
		key = alias
	}
	c, ok := cities[key]
	return c, ok
}

// zoneAbbrs are the abbreviations that mean one zone. Others (IST, CST, BST, CET) are
// shared by several and are settled only by the edition's own city.
var zoneAbbrs = map[string]string{
	"UTC": "UTC", "GMT": "UTC", "Z": "UTC",
	"JST": "Asia/Tokyo", "KST": "Asia/Seoul", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore",
	"PHT": "Asia/Manila", "WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura",
	"ICT": "Asia/Bangkok", "NPT": "Asia/Kathmandu", "PKT": "Asia/Karachi", "AZT": "Asia/Baku",
	"TRT": "Europe/Istanbul", "MSK": "Europe/Moscow", "EAT": "Africa/Nairobi", "WAT": "Africa/Lagos",
	"CAT": "Africa/Maputo", "SAST": "Africa/Johannesburg", "BRT": "America/Sao_Paulo",
	"ART": "America/Argentina/Buenos_Aires", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}

var (
	offsetLabel = regexp.MustCompile(`(?i)^(?:UTC|GMT)\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2}))?$`)
	ianaLabel   = regexp.MustCompile(`^(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?$`)
	cityLabel   = regexp.MustCompile(`(?i)^(.+?)(?:\s+local)?\s+time$`)
)

// maxZones is far above what any programme uses; it stops a text made of zone names.
const maxZones = 64

// zones derives zones from labels and keeps what it has loaded.
type zones struct {
	loaded map[string]*time.Location
}

func (z *zones) load(name string) *time.Location {
	if loc, ok := z.loaded[name]; ok {
		return loc
	}
	if len(z.loaded) >= maxZones {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		loc = nil
	}
	if z.loaded == nil {
		z.loaded = make(map[string]*time.Location)
	}
	z.loaded[name] = loc
	return loc
}

// name turns a label as written into an IANA name, or "" when it may mean several zones.
// home is the edition's own zone, which settles "local time" and, on that date, an
// abbreviation that several zones share.
func (z *zones) name(label string, on Date, home string) string {
	label = strings.TrimSpace(label)
	if label == "" {
		return ""
	}
	if zone, ok := zoneAbbrs[label]; ok {
		return zone
	}
	if m := offsetLabel.FindStringSubmatch(label); m != nil {
		return offsetZone(m[1], m[2], m[3])
	}
	if ianaLabel.MatchString(label) && z.load(label) != nil {
		return label
	}
	if strings.EqualFold(label, "local time") || strings.EqualFold(label, "host country time") {
		return home
	}
	if home != "" && localHour.MatchString(label) {
		return home
	}
	if m := hourOfCity.FindStringSubmatch(label); m != nil {
		label = m[1] + " time"
	}
	if m := cityLabel.FindStringSubmatch(label); m != nil {
		if c, ok := findCity(m[1]); ok {
			return c.zone
		}
		return ""
	}
	if loc := z.load(home); loc != nil && on.Year != 0 {
		if abbr, _ := time.Date(on.Year, on.Month, on.Day, 12, 0, 0, 0, loc).Zone(); abbr == label {
			return home
		}
	}
	return ""
}

// offsetZone names a whole-hour offset; the signs of Etc/GMT zones are reversed.
func offsetZone(sign, hours, minutes string) string {
	h, err := strconv.Atoi(hours)
	if err != nil || h > 14 || minutes != "" && minutes != "00" {
		return ""
	}
	if h == 0 {
		return "UTC"
	}
	if sign == "+" {
		return fmt.Sprintf("Etc/GMT-%d", h)
	}
	if h > 12 {
		return ""
	}
	return fmt.Sprintf("Etc/GMT+%d", h)
}
