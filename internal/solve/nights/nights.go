// Package nights reckons how unkind a meeting's hour is to people in different zones, and
// finds times that share the unkind hours fairly. It knows nothing of forums: a region is
// a list of places with weights, a meeting an instant and a length.
//
// The colours are those of the table by which ICANN's ccNSO shares its night calls: red
// from 23 to 04, yellow from 05 to 07 and from 18 to 22, green otherwise, by the clock of
// the place on the day of the meeting.
package nights

import "time"

// Colours of an hour: their values are its points.
const (
	Green  uint8 = 0
	Yellow uint8 = 1
	Red    uint8 = 2
)

// Burden is the points of an hour of the day (0 to 23): 2 from 23:00 to 04:59, 1 from
// 05:00 to 07:59 and from 18:00 to 22:59, else 0.
func Burden(hour int) uint8 {
	switch {
	case hour >= 23 || hour < 5:
		return Red
	case hour >= 18 || hour < 8:
		return Yellow
	}
	return Green
}

// Load is a burden in thousandths of a point.
type Load int64

// Point is one hour in yellow; an hour in red is two.
const Point Load = 1000

// Points is the load as points.
func (l Load) Points() float64 { return float64(l) / float64(Point) }

// Place is somewhere from where people take part.
type Place struct {
	Zone   *time.Location
	Weight int64 // how many take part from there; what is less than 1 counts as 1
}

// Region is places whose burden is told as one.
type Region []Place

// At is the burden of a meeting in one place. Each hour of the meeting counts the points
// of the hour that the local clock shows; of an hour that the meeting only touches, its
// share counts, so that an hour from 22:30 to 23:30 is half yellow and half red: 1.5. A
// change of the clocks during the meeting is followed.
func At(start time.Time, length time.Duration, zone *time.Location) Load {
	end := start.Add(length)
	var sum int64 // points × seconds
	for at := start; at.Before(end); {
		local := at.In(zone)
		next := at.Add(time.Hour - time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond()))
		if _, change := local.ZoneBounds(); !change.IsZero() && change.Before(next) {
			next = change // the clock jumps before the hour is full
		}
		if next.After(end) {
			next = end
		}
		sum += int64(Burden(local.Hour())) * int64(next.Sub(at)/time.Second)
		at = next
	}
	return Load((sum*int64(Point) + 1800) / 3600)
}

// Worst is the least kind colour that a meeting touches in one place.
func Worst(start time.Time, length time.Duration, zone *time.Location) uint8 {
	worst := Burden(start.In(zone).Hour())
	for at := start; at.Before(start.Add(length)); at = at.Add(15 * time.Minute) { // every zone's hours begin at a quarter
		worst = max(worst, Burden(at.In(zone).Hour()))
	}
	return worst
}

// At is the burden of a meeting in a region: the mean of its places by their weights, in
// whole thousandths, so that the order of the places does not matter. A region of no
// places has none.
func (r Region) At(start time.Time, length time.Duration) Load {
	var sum, weights int64
	for _, p := range r {
		w := max(p.Weight, 1)
		sum += w * int64(At(start, length, p.Zone))
		weights += w
	}
	if weights == 0 {
		return 0
	}
	return Load((sum + weights/2) / weights)
}
