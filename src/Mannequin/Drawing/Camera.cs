namespace Colonnade.Mannequin;

/// <summary>From where the figure is seen. The distance follows from the focal length: the figure always fills the frame.</summary>
public sealed record Camera
{
    /// <summary>Millimetres on a frame of 24 × 36, 18 to 200: short lenses come close and foreshorten.</summary>
    public double FocalLength { get; init; } = 60;

    /// <summary>Centimetres above the floor, 5 to 600.</summary>
    public double Height { get; init; } = 125;

    /// <summary>Degrees around the figure: 0 from its front, 90 from its left, 180 from behind.</summary>
    public double View { get; init; }
}
