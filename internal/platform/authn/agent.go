package authn

import (
	"strings"

	"plenary/internal/platform/web"
)

// Agent is what is kept of the name that a browser gives itself, for other rooms that show
// people their devices.
func Agent(userAgent string) string { return agentOf(userAgent) }

// AgentName says in the reader's language what Agent kept.
func AgentName(c *web.C, agent string) string { return browserName(c, agent) }

// agentOf says in two words what browser it is: "Firefox/Linux". No more is stored:
// it is for the person to recognise her devices, not for anybody to recognise her.
func agentOf(ua string) string {
	name, system := "", ""
	// The first that fits: every browser claims to be those that came before it.
	for _, b := range [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"YaBrowser/", "Yandex"},
		{"Vivaldi/", "Vivaldi"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
	} {
		if strings.Contains(ua, b[0]) {
			name = b[1]
			break
		}
	}
	for _, o := range [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Macintosh", "macOS"},
		{"KAIOS", "KaiOS"},
		{"Linux", "Linux"},
	} {
		if strings.Contains(ua, o[0]) {
			system = o[1]
			break
		}
	}
	return name + "/" + system
}
