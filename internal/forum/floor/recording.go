package floor

import (
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// Address is where the recording can be heard from a second on.
func (r Recording) Address(at time.Duration) string {
	seconds := strconv.FormatInt(int64(at/time.Second), 10)
	u, err := url.Parse(r.URL)
	if err != nil {
		return r.URL
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	switch {
	case host == "youtube.com" || host == "m.youtube.com" || host == "youtu.be":
		q := u.Query()
		q.Set("t", seconds)
		u.RawQuery = q.Encode()
	case host == "vimeo.com":
		u.Fragment = "t=" + seconds + "s"
	default:
		u.Fragment = "t=" + seconds // media fragments; what does not know them leaves them out
	}
	return u.String()
}

// mediaOf tells by the name of a file whether a browser can play it: "audio", "video"
// or nothing.
func mediaOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac":
		return "audio"
	case ".mp4", ".webm", ".ogv", ".m4v":
		return "video"
	}
	return ""
}
