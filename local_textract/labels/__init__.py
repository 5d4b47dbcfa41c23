"""What a picture shows, by a network that knows a thousand things and what they are kinds of."""
