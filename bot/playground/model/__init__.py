"""The scripted model: a Messages endpoint on loopback that plays a recording, for people without a key."""
